using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What happened in runs.</content>
public sealed partial class SqliteExperimentStore : IRunEventStore
{
    /// <inheritdoc/>
    public Task<RunEventPage?> ReadEventsAsync(RunId run, RunPosition after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => RunEventRows.Read(session, run, after, limit), cancellationToken);
}
