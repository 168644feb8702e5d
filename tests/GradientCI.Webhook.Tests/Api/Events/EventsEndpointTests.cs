using System.Net.Sockets;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Api;
using GradientCI.Webhook.Api.Events;

namespace GradientCI.Webhook.Tests.Api.Events;

/// <summary>Looking on at a run over the wire, with connections that end whenever they like.</summary>
public sealed class EventsEndpointTests : IAsyncLifetime
{
    private const int Patience = 120_000;
    private static readonly CancellationToken None = CancellationToken.None;

    private ApiStage _stage = null!;
    private Run _run = null!;
    private string _token = "";

    private DataFolder Data => _stage.Data;

    private string Path => $"/api/v1/runs/{_run.Id.Project}/{_run.Id.Experiment}/{_run.Id.Number}/events";

    public async Task InitializeAsync()
    {
        _stage = await SetAsync();
        _run = await _stage.Store.AddRunAsync(trials: 3);
        _token = await _stage.AddTokenAsync();
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task A_run_is_told_from_its_beginning_to_its_end()
    {
        using var reader = Reader();
        (await reader.ConnectAsync()).ShouldBe(200);
        await reader.ReadUntilAsync(told => told.Data["trial"]?.GetValue<string>() == "digits#1.3");
        await RunTrialAsync(1, points: 3);
        await EndAsync();
        await reader.ReadUntilAsync(told => told.Name == "end");

        reader.Told.Select(told => $"{told.Id} {told.Name}").ShouldBe(
            ["1 state", "2 state", "3 state", "4 state", "5 state", "6 state", "7 point", "8 state", "9 state", "10 state", "11 state", "11end end"]);
        reader.Told[6].Data.ToJsonString().ShouldBe(
            """{"trial":"digits#1.1","metric":"loss","first":0,"points":[[0,0,"2026-01-05T12:00:00.000Z"],[1,0.8414709848078965,"2026-01-05T12:00:00.001Z"],[2,0.9092974268256817,"2026-01-05T12:00:00.002Z"]]}""");
        reader.Told[^2].Data.ToJsonString().ShouldBe("""{"run":"digits#1","state":"finished","problem":"","passed":true,"best":null}""");
        (await reader.ReadAsync()).ShouldBeNull();
        (await reader.ConnectAsync()).ShouldBe(204, "whoever comes again after the end is told to come no more");
    }

    [Fact(Timeout = Patience)]
    public async Task Two_hundred_watchers_whose_connections_are_cut_get_every_event_exactly_once()
    {
        var tokens = new List<string>();
        for (var number = 0; number < 4; number++)
        {
            tokens.Add(await _stage.AddTokenAsync());
        }

        var watchers = Enumerable.Range(0, 200).Select(number => WatchAsync(tokens[number % tokens.Count], new Random(number))).ToList();
        foreach (var trial in new[] { 1, 2, 3 })
        {
            await RunTrialAsync(trial, points: 1_700, pieces: 20);
        }

        await EndAsync();
        var told = await Task.WhenAll(watchers);

        var expected = (await Everything()).Append("end").ToList();
        foreach (var (each, connections) in told)
        {
            each.ShouldBe(expected);
            connections.ShouldBeGreaterThan(1, "a watcher who was never cut shows nothing");
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_service_that_is_started_anew_goes_on_where_the_other_left_off()
    {
        using var reader = Reader();
        await reader.ConnectAsync();
        await RunTrialAsync(1, points: 3);
        await reader.ReadUntilAsync(told => told.Name == "point");
        reader.Cut();

        await using var second = new EventsEndpointHost(_stage);
        await second.StartAsync();
        await RunTrialAsync(2, points: 3);
        await EndAsync();
        using var other = new EventReader(second.Client, Path, _token) { LastId = reader.LastId };
        await other.ConnectAsync();
        await other.ReadUntilAsync(told => told.Name == "end");

        reader.Told.Concat(other.Told).Select(told => told.Name == "end" ? "end" : Text(told)).ShouldBe((await Everything()).Append("end"));
    }

    [Fact(Timeout = Patience)]
    public async Task Lines_of_a_trial_come_attempt_by_attempt_and_go_on_within_the_log()
    {
        var trial = new TrialId(_run.Id, 1);
        Log(trial, 1, "one\ntwo");
        using var reader = Reader("?logs=1");
        await reader.ConnectAsync();
        await reader.ReadUntilAsync(told => told.Name == "log");
        reader.Cut();
        Log(trial, 1, " and a half\r\n\u001b[31mred\n\nwithout an end");
        Log(trial, 2, "again\n" + new string('ä', 10_000) + "\nlast");
        await RunTrialAsync(1, points: 1);
        await EndAsync();
        await reader.ConnectAsync();
        await reader.ReadUntilAsync(told => told.Name == "end");

        var lines = reader.Told.Where(told => told.Name == "log").Select(told => ((int)told.Data["attempt"]!, (string)told.Data["text"]!, (bool)told.Data["continues"]!)).ToList();
        lines.Where(line => line.Item1 == 1).Select(line => line.Item2).ShouldBe(["one", "two and a half", "\u001b[31mred", "", "without an end"]);
        string.Concat(lines.Where(line => line.Item1 == 2).Select(line => line.Item2 + (line.Item3 ? "" : "\n"))).ShouldBe("again\n" + new string('ä', 10_000) + "\nlast\n");
        reader.Told.Count(told => told.Name == "state").ShouldBe(1 + 3 + 3 + 3);
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_never_reads_holds_nothing()
    {
        using var deaf = new TcpClient { ReceiveBufferSize = 4096 };
        await deaf.ConnectAsync(_stage.Client.BaseAddress!.Host, _stage.Client.BaseAddress.Port);
        await deaf.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {Path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_token}\r\n\r\n"));
        using var reader = Reader();
        await reader.ConnectAsync();
        await RunTrialAsync(1, points: 1_000);
        await reader.ReadUntilAsync(told => told.Name == "point");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var attempt = await _stage.Store.StartAsync(new TrialId(_run.Id, 2));
        for (var piece = 0; piece < 60; piece++)
        {
            await AppendAsync(attempt, StoreSamples.Points(5_000, from: piece * 5_000));
            await reader.ReadUntilAsync(told => told.Name == "point" && (long)told.Data["first"]! == (piece * 5_000) + 4_500);
            reader.Told.Clear();
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(16 << 20, "what was sent is more than 10 MB");
    }

    [Fact(Timeout = Patience)]
    public async Task What_makes_no_sense_is_answered_with_a_problem()
    {
        var path = Path;
        foreach (var (address, status) in new[]
        {
            (path.Replace("digits/1/", "digits/2/", StringComparison.Ordinal), 404), (path.Replace("digits/1/", "digits/-1/", StringComparison.Ordinal), 404),
            (path.Replace("digits/1/", "digits/99999999999/", StringComparison.Ordinal), 404), ($"{path}?after=x", 400), ($"{path}?after=1.2.3", 400),
            ($"{path}?after={new string('1', 200)}", 400), ($"{path}?logs=../x", 400), ($"{path}?logs=0", 400), ($"{path}?logs=1&logs=2", 400),
        })
        {
            await ApiStage.ShouldBeProblemAsync(await _stage.SendAsync(HttpMethod.Get, address, _token), status);
        }

        await ApiStage.ShouldBeProblemAsync(await _stage.SendAsync(HttpMethod.Get, path, null), 401);
        await ApiStage.ShouldBeProblemAsync(await _stage.SendAsync(HttpMethod.Get, path, await _stage.AddTokenAsync(project: "another-1")), 404);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1@")]
    [InlineData("@1.2")]
    [InlineData("1@1")]
    [InlineData("1@1.2@3")]
    [InlineData("1@4294967297.0")]
    [InlineData("-1")]
    [InlineData("1.2end")]
    [InlineData(" 1")]
    public void Only_our_ids_are_cursors(string text) => EventCursor.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("17")]
    [InlineData("17.500")]
    [InlineData("17.500@2.2048")]
    [InlineData("18end")]
    [InlineData("18end@1.5")]
    public void An_id_reads_as_it_was_written(string text) => EventCursor.Parse(text)!.Value.ToString().ShouldBe(text);

    private static Task<ApiStage> SetAsync() => ApiStage.SetAsync((stage, access) =>
        (stage.Routes = new ApiRoutes(access, stage.Parts() with { Time = TimeProvider.System })).Map);

    private EventReader Reader(string query = "") => new(_stage.Client, Path + query, _token);

    private async Task<(List<string> Told, int Connections)> WatchAsync(string token, Random chance)
    {
        using var reader = new EventReader(_stage.Client, Path, token);
        for (var connections = 1; ; connections++)
        {
            var status = await reader.ConnectAsync();
            if (status != 200)
            {
                // The service may not have noticed yet that the connections before have ended.
                status.ShouldBe(429, "nobody is told to come no more before he saw the end");
                continue;
            }

            var patience = chance.Next(1, 60);
            while (patience-- > 0 && await reader.ReadAsync() is { } told)
            {
                if (told.Name == "end")
                {
                    return ([.. reader.Told.Select(each => each.Name == "end" ? "end" : Text(each))], connections);
                }
            }

            // Then in the midst of the next event.
            await reader.LoseAsync(lines: chance.Next(3));
        }
    }

    private static string Text(ToldEvent told) => $"{told.Id} {told.Data.ToJsonString()}";

    private async Task<List<string>> Everything()
    {
        var all = new List<string>();
        var after = default(RunPosition);
        while ((await _stage.Store.ReadEventsAsync(_run.Id, after, 100, None))! is var page && page.Until != after)
        {
            all.AddRange(page.Events.Select(each => $"{new EventCursor(each.At)} {Encoding.UTF8.GetString(EventText.Of(_run.Id, each)).Split("data: ")[1].TrimEnd()}"));
            after = page.Until;
        }

        return all;
    }

    private void Log(TrialId trial, int attempt, string text)
    {
        var path = Data.Log(new AttemptId(trial, attempt));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.AppendAllText(path, text);
    }

    private async Task RunTrialAsync(int number, int points, int pieces = 1)
    {
        var attempt = await _stage.Store.StartAsync(new TrialId(_run.Id, number));
        for (var piece = 0; piece < pieces; piece++)
        {
            await AppendAsync(attempt, StoreSamples.Points(points / pieces, from: piece * (points / pieces)));
        }

        await _stage.Store.EndAsync(attempt);
    }

    private async Task AppendAsync(AttemptId attempt, IReadOnlyList<MetricPoint> points) =>
        (await _stage.Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", points)], 0, 0, None)).ShouldBeTrue();

    private async Task EndAsync()
    {
        foreach (var trial in (await _stage.Store.ListTrialsAsync(_run.Id, None)).Where(trial => !trial.State.HasEnded()))
        {
            await _stage.Store.UpdateTrialAsync(new TrialUpdate(trial.Id, trial.State, TrialState.Cancelled), None);
        }

        await _stage.Store.UpdateRunAsync(new RunUpdate(_run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon) { Passed = true }, None);
    }
}
