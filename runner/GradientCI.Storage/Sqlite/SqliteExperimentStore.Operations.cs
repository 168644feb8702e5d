using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What whoever runs the service asks and says.</content>
public sealed partial class SqliteExperimentStore : IBacklog, IAuditLog, IPauseSwitch
{
    /// <inheritdoc/>
    public Task<Backlog> ReadBacklogAsync(CancellationToken cancellationToken) => ReadAsync(session => BacklogRows.Read(session, _clock), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<AuditEntry>> ListAuditEntriesAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => AuditRows.List(session, since, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<AuditPage> ListAuditPageAsync(DateTimeOffset since, AuditPlace? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => AuditRows.ListPage(session, since, after, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> PauseAsync(Pause pause, CancellationToken cancellationToken) => WriteAsync(session => PauseRows.Begin(session, pause), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ResumeAsync(Signature by, CancellationToken cancellationToken) => WriteAsync(session => PauseRows.End(session, by), cancellationToken);

    /// <inheritdoc/>
    public Task<Pause?> FindPauseAsync(CancellationToken cancellationToken) => ReadAsync(PauseRows.Find, cancellationToken);
}
