using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Projects;

/// <summary>A project as the record has it, and as it is found on this machine.</summary>
/// <param name="Standing">The record.</param>
/// <param name="Kind"><c>github</c>, <c>bare</c>, <c>local</c>; <c>gone</c> when there is no repository where it was.</param>
/// <param name="Hook">What pushes do: <c>here</c>, <c>elsewhere</c> (another data folder), <c>broken</c>, <c>none</c>.</param>
internal sealed record ListedProject(ProjectStanding Standing, string Kind, string Hook)
{
    /// <summary>Looks at the repository.</summary>
    public static async Task<ListedProject> LookAsync(ProjectStanding standing, DataFolder data, CancellationToken cancellationToken)
    {
        if (standing.Forge is { } forge)
        {
            return new ListedProject(standing, forge, "none");
        }

        try
        {
            await using var open = await GitRepository.OpenAsync(standing.Project.Location, cancellationToken);
            var hook = await new PostReceiveHook(open).ReadStatusAsync(cancellationToken);
            var word = hook switch
            {
                { IsInstalled: false } => "none",
                { DataFolder: var folder } when folder != data.Root => "elsewhere",
                { Problems.IsEmpty: false } => "broken",
                _ => "here",
            };
            return new ListedProject(standing, open.WorkTree is null ? "bare" : "local", word);
        }
        catch (GradientException)
        {
            return new ListedProject(standing, "gone", "none");
        }
    }
}
