using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What refs named.</content>
public sealed partial class SqliteExperimentStore : IHeadStore
{
    /// <inheritdoc/>
    public Task<KnownHeads> ReadHeadsAsync(ProjectId project, CancellationToken cancellationToken) =>
        ReadAsync(session => HeadRows.Read(session, project), cancellationToken);

    /// <inheritdoc/>
    public Task NoteHeadsAsync(ProjectId project, IReadOnlyDictionary<string, string?> heads, DateTimeOffset? lookedAt, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            HeadRows.Note(session, project, heads, lookedAt);
            return true;
        },
        cancellationToken);
}
