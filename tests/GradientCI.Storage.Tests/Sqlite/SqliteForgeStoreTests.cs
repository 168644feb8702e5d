using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteForgeStoreTests : ForgeStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override async Task<IForgeStore> OpenAsync() =>
        await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);

    protected override Task<long> ReadRevisionAsync(ProjectId project, CommitSha sha)
    {
        using var session = SqliteSession.Open(_folder["gradientci.db"], TimeSpan.FromSeconds(30));
        return Task.FromResult(session.Number(
            "SELECT revision FROM commit_answers WHERE project = @project AND sha = @sha", ("@project", project.Value), ("@sha", sha.Value)) ?? 0);
    }

    public void Dispose() => _folder.Dispose();
}
