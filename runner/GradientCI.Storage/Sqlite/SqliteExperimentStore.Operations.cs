using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What whoever runs the service asks and says.</content>
public sealed partial class SqliteExperimentStore : IBacklog
{
    /// <inheritdoc/>
    public Task<Backlog> ReadBacklogAsync(CancellationToken cancellationToken) => ReadAsync(session => BacklogRows.Read(session, _clock), cancellationToken);
}
