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
    public Task AddProjectAsync(Project project, ForgeRepository? source, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => ProjectRows.Add(session, project, source, by), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetProjectAsync(ProjectId project, ProjectChange change, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => ProjectRows.Set(session, project, change, by), cancellationToken);

    /// <inheritdoc/>
    public Task<ProjectRemoval> RemoveProjectAsync(ProjectId project, bool withRuns, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => ProjectRows.Remove(session, project, withRuns, by), cancellationToken);
}
