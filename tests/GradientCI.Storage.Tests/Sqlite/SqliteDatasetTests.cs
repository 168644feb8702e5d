using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteDatasetTests : DatasetStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async Task<IExperimentStore> OpenAsync() => await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);
}
