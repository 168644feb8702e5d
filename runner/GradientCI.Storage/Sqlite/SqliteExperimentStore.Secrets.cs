using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What runs are given and nobody is shown.</content>
public sealed partial class SqliteExperimentStore : ISecretStore
{
    /// <inheritdoc/>
    public Task SetSecretAsync(SealedSecret secret, CancellationToken cancellationToken) =>
        WriteAsync(session => SecretRows.Set(session, secret), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SealedSecret>> ListSecretsAsync(CancellationToken cancellationToken) => ReadAsync(SecretRows.List, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SealedSecret>> ReadSecretsAsync(RunId run, ImmutableArray<string> names, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => SecretRows.Read(session, run, names, by), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveSecretAsync(ProjectId? project, string name, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => SecretRows.Remove(session, project, name, by), cancellationToken);

    /// <inheritdoc/>
    public Task<int> ResealSecretsAsync(IReadOnlyList<(SealedSecret From, SealedSecret To)> resealed, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => SecretRows.Reseal(session, resealed, by), cancellationToken);
}
