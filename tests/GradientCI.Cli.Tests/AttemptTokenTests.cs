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
        _repository.Write("train.sh", "echo token=${GRADIENT_TOKEN:-none}\nprintf %s \"$GRADIENT_TOKEN\" >$GRADIENT_ARTIFACTS/token\nprintf 'user:%s' \"$GRADIENT_TOKEN\" | base64\n" + ExampleRepository.Script(2));
        _repository.Commit("Print the token");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_attempt_finds_its_own_token_where_a_service_has_been_and_its_log_does_not_show_it(bool isServed)
    {
        var data = new DataFolder(_cli.Data);
        var tokens = isServed ? AttemptTokens.Open(data) : null;

        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, CancellationToken.None);
        var run = (await store.ListRunsAsync(new RunQuery(), CancellationToken.None)).ShouldHaveSingleItem();
        var attempt = new AttemptId(new TrialId(run.Id, 2), 1);
        (await File.ReadAllTextAsync(Path.Combine(data.Artifacts(attempt.Trial), "token"))).ShouldBe(tokens?.Of(attempt) ?? "");
        (await File.ReadAllTextAsync(data.Log(attempt))).ShouldMatch(isServed ? @"^token=\*\*\*\n[A-Za-z0-9]{1,8}\*\*\*[A-Za-z0-9+/=]{0,4}\n" : "^token=none\ndXNlcjo=\n");
        File.Exists(data.Output(attempt)).ShouldBeFalse();
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }
}
