using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;

namespace GradientCI.Webhook.Tests.Api;

/// <summary>An attempt's own token adds points to its trial while it runs, and does nothing else.</summary>
public sealed class PointTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private const string Run = "/api/v1/runs/digits-3fa2c1/digits/1";
    private static readonly CancellationToken None = CancellationToken.None;
    private ApiStage _stage = null!;
    private AttemptId _attempt;
    private string _token = null!;

    public async Task InitializeAsync()
    {
        _stage = await ApiStage.ServeAsync();
        var run = await _stage.Store.AddRunAsync(trials: 2);
        _attempt = await _stage.Store.StartAsync(new TrialId(run.Id, 1));
        await _stage.Store.StartAsync(new TrialId(run.Id, 2));
        _token = AttemptTokens.Open(_stage.Data).Of(_attempt);
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task Points_are_added_in_order()
    {
        using var first = await AddAsync(1, _token, Point("loss", 0, 0.9), Point("loss", 1, 0.5), Point("acc", 1, "NaN"));
        using var second = await AddAsync(1, _token, Point("loss", 2, 0.1));

        ((int)first.StatusCode).ShouldBe(200, await first.Content.ReadAsStringAsync());
        ((int)second.StatusCode).ShouldBe(200);
        (await _stage.Store.ReadPointsAsync(_attempt.Trial, "loss", None)).Select(point => (point.X, point.Y)).ShouldBe([(0, 0.9), (1, 0.5), (2, 0.1)]);
        (await _stage.Store.ReadPointsAsync(_attempt.Trial, "acc", None)).ShouldHaveSingleItem().Y.ShouldBe(double.NaN);
    }

    [Fact(Timeout = Patience)]
    public async Task No_other_token_adds_points_and_this_one_does_nothing_else()
    {
        using var other = await AddAsync(2, _token, Point("loss", 0, 1));
        using var broken = await AddAsync(1, _token[..^1] + (_token[^1] == 'A' ? 'B' : 'A'), Point("loss", 0, 1));
        using var admin = await AddAsync(1, await _stage.AddTokenAsync(AccessScope.Admin), Point("loss", 0, 1));
        using var reading = await _stage.SendAsync(HttpMethod.Get, Run, _token);

        foreach (var answer in (HttpResponseMessage[])[other, broken, admin, reading])
        {
            await ApiStage.ShouldBeProblemAsync(answer, 401);
        }

        (await _stage.Store.ListSummariesAsync(_attempt.Trial.Run, None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task An_attempt_that_ended_or_was_followed_by_another_adds_nothing()
    {
        await _stage.Store.EndAsync(_attempt, TrialState.Failed);
        using var ended = await AddAsync(1, _token, Point("loss", 0, 1));
        await _stage.Store.UpdateTrialAsync(new TrialUpdate(_attempt.Trial, TrialState.Failed, TrialState.Queued), None);
        await _stage.Store.StartAsync(_attempt.Trial, attempt: 2);
        using var late = await AddAsync(1, _token, Point("loss", 0, 1));

        await ApiStage.ShouldBeProblemAsync(ended, 409);
        await ApiStage.ShouldBeProblemAsync(late, 409);
        (await _stage.Store.ListSummariesAsync(_attempt.Trial.Run, None)).ShouldBeEmpty();
    }

    [Theory(Timeout = Patience)]
    [InlineData("""{"points": []}""")]
    [InlineData("""{"points": [{"metric": "loss", "x": 1}]}""")]
    [InlineData("""{"points": [{"metric": "system/cpu_percent", "x": 1, "y": 1}]}""")]
    [InlineData("""{"points": [{"metric": "a\u001b", "x": 1, "y": 1}]}""")]
    [InlineData("""{"points": [{"metric": "loss", "x": "one", "y": 1}]}""")]
    [InlineData("""{"points": 7}""")]
    [InlineData("""{"metrics": {"loss": 1}}""")]
    public async Task What_is_no_point_is_refused(string body)
    {
        using var answer = await _stage.PostAsync(Run + "/trials/1/points", _token, JsonNode.Parse(body));

        await ApiStage.ShouldBeProblemAsync(answer, 400);
    }

    private static JsonObject Point(string metric, double x, JsonNode y) => new() { ["metric"] = metric, ["x"] = x, ["y"] = y };

    private Task<HttpResponseMessage> AddAsync(int trial, string token, params JsonObject[] points) =>
        _stage.PostAsync($"{Run}/trials/{trial}/points", token, new JsonObject { ["points"] = new JsonArray([.. points]) });
}
