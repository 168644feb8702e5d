using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>Projects as whoever keeps the machine sees them.</content>
public sealed partial class SqliteExperimentStore : IProjectStore
{
    /// <inheritdoc/>
    public Task<ImmutableArray<ProjectStanding>> ListProjectStandingsAsync(CancellationToken cancellationToken) => ReadAsync(ProjectRows.List, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetProjectAsync(ProjectId project, ProjectChange change, CancellationToken cancellationToken) =>
        WriteAsync(session => ProjectRows.Set(session, project, change), cancellationToken);

    /// <inheritdoc/>
    public Task<ProjectRemoval> RemoveProjectAsync(ProjectId project, bool withRuns, CancellationToken cancellationToken) =>
        WriteAsync(session => ProjectRows.Remove(session, project, withRuns), cancellationToken);
}
