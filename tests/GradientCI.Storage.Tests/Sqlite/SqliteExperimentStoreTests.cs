using System.Diagnostics;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteExperimentStoreTests : ExperimentStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override async Task<IExperimentStore> OpenAsync() =>
        await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);

    protected override ProcessStartInfo Writer(params string[] job) =>
        new("dotnet", [typeof(SqliteExperimentStoreTests).Assembly.Location, job[0], _folder.Path, .. job[1..]])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };

    public void Dispose() => _folder.Dispose();
}
