using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteSecretStoreTests : SecretStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async Task<ISecretStore> OpenAsync() =>
        await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);

    protected override ValueTask CloseAsync(ISecretStore store) => ((SqliteExperimentStore)store).DisposeAsync();
}
