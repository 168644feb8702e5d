using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteAnswerStoreTests : AnswerStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SqliteExperimentStore _store = null!;

    protected override async Task<(IExperimentStore Runs, IAnswerStore Answers)> OpenAsync()
    {
        _store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, CancellationToken.None);
        return (_store, _store);
    }

    protected override async Task AddRepositoryAsync(ProjectId project, string forge) => await _store.Writer.RunAsync(
        session => session.Execute(
            """
            INSERT INTO forge_repositories (project, forge, remote_id, owner, name, clone_url, default_branch)
            VALUES (@project, @forge, (SELECT count(*) FROM forge_repositories), 'ada', @project, 'https://example.org', 'main')
            """,
            ("@project", project.Value), ("@forge", forge)),
        CancellationToken.None);

    public void Dispose() => _folder.Dispose();
}
