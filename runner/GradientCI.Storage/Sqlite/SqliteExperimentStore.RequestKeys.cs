using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>Requests that may be sent again.</content>
public sealed partial class SqliteExperimentStore : IRequestKeyStore
{
    /// <inheritdoc/>
    public Task<KeyedRun?> FindKeyedRunAsync(RequestKey key, CancellationToken cancellationToken) =>
        ReadAsync(session => RequestKeyRows.Find(session, key), cancellationToken);

    /// <inheritdoc/>
    public Task<KeyedRun> CreateRunAsync(Run run, Signature by, RequestKey key, CancellationToken cancellationToken) =>
        WriteAsync(session => RequestKeyRows.Create(session, run, by, key), cancellationToken);
}
