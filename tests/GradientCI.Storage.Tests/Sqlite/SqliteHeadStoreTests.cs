using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteHeadStoreTests : HeadStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override async Task<IHeadStore> OpenAsync() =>
        await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);

    public void Dispose() => _folder.Dispose();
}
