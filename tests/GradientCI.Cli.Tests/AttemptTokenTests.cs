using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Orchestration;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>Attempts have a token of their own where a service can be asked with it, and else none.</summary>
public sealed class AttemptTokenTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public AttemptTokenTests()
    {
        _cli = new GradientCliHost(_repository.Path);
        _repository.Write("train.sh", "echo token=${GRADIENT_TOKEN:-none}\n" + ExampleRepository.Script(2));
        _repository.Commit("Print the token");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_attempt_finds_its_own_token_where_a_service_has_been(bool isServed)
    {
        var data = new DataFolder(_cli.Data);
        var tokens = isServed ? AttemptTokens.Open(data) : null;

        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, CancellationToken.None);
        var run = (await store.ListRunsAsync(new RunQuery(), CancellationToken.None)).ShouldHaveSingleItem();
        var attempt = new AttemptId(new TrialId(run.Id, 2), 1);
        (await File.ReadAllTextAsync(data.Log(attempt))).ShouldStartWith($"token={tokens?.Of(attempt) ?? "none"}\n");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }
}
