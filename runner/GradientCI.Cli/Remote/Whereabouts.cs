using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;

namespace GradientCI.Cli.Remote;

/// <summary>Where somebody stands who asks a service, so that it knows which project he means.</summary>
/// <param name="Location">The repository's place on his machine; empty outside of one.</param>
/// <param name="Remotes">The addresses of its remotes: <see cref="RepositoryAddress"/>.</param>
internal sealed record Whereabouts(string Location, ImmutableArray<string> Remotes)
{
    /// <summary>Outside of any repository.</summary>
    public static Whereabouts Nowhere { get; } = new("", []);

    /// <summary>Whether it is outside of any.</summary>
    public bool IsNowhere => Location.Length == 0;

    /// <summary>Of a repository.</summary>
    public static async Task<Whereabouts> OfAsync(GitRepository repository, CancellationToken cancellationToken) =>
        new(repository.Location, [.. (await repository.ListRemotesAsync(cancellationToken)).Select(RepositoryAddress.Of).Distinct(StringComparer.Ordinal)]);

    /// <summary>The project that it is at a service, or null when it is none there.</summary>
    /// <param name="store">The service's record.</param>
    /// <param name="host">The name under which the service was asked: a path on another machine is another repository.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Project?> FindAsync(SqliteExperimentStore store, string host, CancellationToken cancellationToken)
    {
        var projects = await store.ListProjectsAsync(cancellationToken);
        var forges = (await store.ListRepositoriesAsync(cancellationToken)).ToLookup(each => each.Project, each => RepositoryAddress.Of(each.CloneUrl));
        return !IsNowhere && projects.FirstOrDefault(each => each.Location == Location) is { } same ? same
            : projects.FirstOrDefault(each => Remotes.Any(remote => IsAt(remote, each, forges[each.Id], host)));
    }

    private static bool IsAt(string remote, Project project, IEnumerable<string> forges, string host)
    {
        var place = RepositoryAddress.Of(project.Location);
        return remote == place || string.Equals(remote, host + place, StringComparison.OrdinalIgnoreCase)
            || forges.Any(forge => string.Equals(remote, forge, StringComparison.OrdinalIgnoreCase));
    }
}
