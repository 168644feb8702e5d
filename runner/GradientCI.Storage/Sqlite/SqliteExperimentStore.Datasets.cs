using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>Which data sets manifests may ask for.</content>
public sealed partial class SqliteExperimentStore : IDatasetStore
{
    /// <inheritdoc/>
    public Task PutDatasetAsync(Dataset dataset, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => DatasetRows.Put(session, dataset, by), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Dataset>> ListDatasetsAsync(CancellationToken cancellationToken) => ReadAsync(DatasetRows.List, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveDatasetAsync(string name, Signature by, CancellationToken cancellationToken) =>
        WriteAsync(session => DatasetRows.Remove(session, name, by), cancellationToken);
}
