using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Git;

/// <summary>Which project a repository is.</summary>
public static class ProjectIdentity
{
    private const int NameLength = 40;

    /// <summary>The project: the folder's name made safe for a file name, and six digits of the location's SHA-256.</summary>
    public static Project Of(GitRepository repository) => new(IdOf(repository.Name, repository.Location, 6), repository.Name, repository.Location);

    /// <summary>The project that is recorded where the repository is; the one that it would be when none is. A project that was moved keeps its id.</summary>
    public static async Task<Project> OfAsync(GitRepository repository, IExperimentStore store, CancellationToken cancellationToken) =>
        Of(repository, await store.ListProjectsAsync(cancellationToken));

    /// <summary>The same, among projects that were read.</summary>
    public static Project Of(GitRepository repository, ImmutableArray<Project> known) => Choose(known, Of(repository));

    /// <summary>The id of a forge's repository: its name, as it was when we first heard of it, and twelve digits of what never changes.</summary>
    /// <param name="name">The repository's name.</param>
    /// <param name="forge">The forge's name.</param>
    /// <param name="remoteId">The forge's id of it.</param>
    public static ProjectId Of(string name, string forge, long remoteId) => IdOf(name, $"{forge} {remoteId}", 12);

    // Where one was moved away another may have taken its place.
    private static Project Choose(ImmutableArray<Project> known, Project own) => known.FirstOrDefault(project => project.Location == own.Location)
        ?? (known.Any(project => project.Id == own.Id) ? own with { Id = IdOf(own.Name, own.Location, 12) } : own);

    private static ProjectId IdOf(string name, string what, int digits)
    {
        var safe = new string([.. name.ToLowerInvariant().Take(NameLength).Select(each => char.IsAsciiLetterOrDigit(each) ? each : '-')]).Trim('-');
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)));
        return new ProjectId($"{(safe.Length == 0 ? "project" : safe)}-{digest[..digits]}");
    }
}
