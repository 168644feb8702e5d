using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Stores;

namespace GradientCI.Webhook.Schedules;

/// <summary>A repository whose default branch may schedule runs.</summary>
/// <param name="Project">Its project.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Location">Where it is: a mirror, or a bare repository of this machine.</param>
/// <param name="Repository">What it is a mirror of; null for a bare repository of this machine.</param>
internal sealed record ScheduledSite(ProjectId Project, string Name, string Location, ForgeRepository? Repository)
{
    /// <summary>The full name of the default branch; null when there is none.</summary>
    /// <remarks>What no forge tells is what HEAD says, which the mirror has from the server.</remarks>
    public async Task<string?> FindBranchAsync(GitRepository opened, CancellationToken cancellationToken) =>
        Repository is { DefaultBranch: { Length: > 0 } branch } ? $"refs/heads/{branch}" : await opened.FindHeadBranchAsync(cancellationToken);
}
