using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>Who may use the API.</content>
public sealed partial class SqliteExperimentStore : IAccessTokenStore
{
    /// <inheritdoc/>
    public Task<bool> AddTokenAsync(AccessToken token, string digest, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => AccessTokenRows.Add(session, token, digest, by), cancellationToken);

    /// <inheritdoc/>
    public Task<AccessToken?> FindTokenAsync(string digest, CancellationToken cancellationToken) =>
        ReadAsync(session => AccessTokenRows.Find(session, digest), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<AccessToken>> ListTokensAsync(CancellationToken cancellationToken) => ReadAsync(AccessTokenRows.List, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveTokenAsync(string name, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => AccessTokenRows.Remove(session, name, by), cancellationToken);

    /// <inheritdoc/>
    public async Task RecordTokenUseAsync(string name, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await Writer.RunAsync(session => AccessTokenRows.RecordUse(session, name, at), cancellationToken);
        }
        catch (Exception exception) when (StorageFailures.IsStorageFailure(exception))
        {
            throw StorageFailures.Explain(exception, _path);
        }
    }
}
