using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>Projects as whoever keeps the machine sees them. One transaction per method, as in <see cref="IExperimentStore"/>.</summary>
public interface IProjectStore
{
    /// <summary>All projects with what has run, by name; removed ones are left out.</summary>
    Task<ImmutableArray<ProjectStanding>> ListProjectStandingsAsync(CancellationToken cancellationToken);

    /// <summary>Records a project that somebody adds, or brings back.</summary>
    /// <param name="project">The project.</param>
    /// <param name="source">Where it is fetched from; null when it is on this machine.</param>
    /// <param name="by">Who adds it.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task AddProjectAsync(Project project, ForgeRepository? source, Signature by, CancellationToken cancellationToken);

    /// <summary>Sets what a person says of a project; it stays when the project is put again.</summary>
    /// <param name="project">The project.</param>
    /// <param name="change">What is set.</param>
    /// <param name="by">Who sets it.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>False when there is no such project, and when another one is at that location: nothing changed.</returns>
    Task<bool> SetProjectAsync(ProjectId project, ProjectChange change, Signature by, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a project off the list; without its runs it comes back when it is put again. Removed runs are found by nobody any
    /// more, and their space is given back by <see cref="IRetention.ReclaimAsync"/>.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="withRuns">Whether its runs go, too.</param>
    /// <param name="by">Who removes it.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task<ProjectRemoval> RemoveProjectAsync(ProjectId project, bool withRuns, Signature by, CancellationToken cancellationToken);
}

/// <summary>A project and what has run.</summary>
/// <param name="Project">The project.</param>
/// <param name="Runs">How many runs there are.</param>
/// <param name="OpenRuns">How many of them have not ended.</param>
/// <param name="LastRun">The newest run, or null.</param>
/// <param name="LastRunAt">When that was recorded.</param>
/// <param name="Forge">The forge that it comes from, or null.</param>
public sealed record ProjectStanding(Project Project, int Runs, int OpenRuns, RunId? LastRun, DateTimeOffset? LastRunAt, string? Forge)
{
    /// <summary>How much of its runs a scheduled retention leaves.</summary>
    public ProjectRetention Retention { get; init; } = ProjectRetention.Usual;
}

/// <summary>What a person says of a project; what is null stays as it is.</summary>
public sealed record ProjectChange
{
    /// <summary>What people call it, or empty for the repository's own name.</summary>
    public string? Title { get; init; }

    /// <summary>Where it is now.</summary>
    public string? Location { get; init; }

    /// <summary>How much of its runs a scheduled retention leaves.</summary>
    public ProjectRetention? Retention { get; init; }
}

/// <summary>What became of a wish to remove a project.</summary>
public enum ProjectRemoval
{
    /// <summary>It is removed.</summary>
    Removed,

    /// <summary>There is none.</summary>
    NotThere,

    /// <summary>Some run or trial of it has not ended.</summary>
    HasOpenRuns,

    /// <summary>Its runs were to go, and one is pinned.</summary>
    HasPinnedRuns,

    /// <summary>It comes from a forge, which would tell of it again.</summary>
    IsOfForge,
}
