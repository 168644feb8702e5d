using System.Net.Http.Headers;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Api;
using GradientCI.Webhook.Api.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GradientCI.Webhook.Tests.Api.Events;

/// <summary>How many may look on, and for how long, by a clock that the test moves.</summary>
public sealed class WatcherTests : IAsyncLifetime
{
    private const int Patience = 120_000;
    private const string Path = "/api/v1/runs/digits-3fa2c1/digits/1/events";
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ApiStage _stage = null!;
    private Run _run = null!;

    public async Task InitializeAsync()
    {
        _stage = await ApiStage.SetAsync((stage, access) => routes =>
        {
            ((IApplicationBuilder)routes).Use(StickAsync);
            (stage.Routes = new ApiRoutes(access, stage.Parts())).Map(routes);
        });
        _run = await _stage.Store.AddRunAsync(trials: 3);
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task One_token_cannot_take_all_the_places()
    {
        var (greedy, other) = (await _stage.AddTokenAsync(name: "greedy"), await _stage.AddTokenAsync());
        var watching = new List<HttpResponseMessage>();
        for (var number = 0; number < EventsEndpoint.MostOfOne; number++)
        {
            watching.Add(await _stage.SendAsync(HttpMethod.Get, Path, greedy));
        }

        watching.ShouldAllBe(each => (int)each.StatusCode == 200);
        using (var refused = await _stage.SendAsync(HttpMethod.Get, Path, greedy))
        {
            ((string)(await ApiStage.ShouldBeProblemAsync(refused, 429))["detail"]!).ShouldBe("The token greedy has 100 event streams at once, and may not have more.");
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
        }

        watching.Add(await _stage.SendAsync(HttpMethod.Get, Path, other));
        ((int)watching[^1].StatusCode).ShouldBe(200);

        watching[0].Dispose();
        while (await StatusAsync(greedy) == 429)
        {
            // The service learns of the end of a connection a moment later.
        }

        watching.ForEach(each => each.Dispose());
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_ends_when_its_token_is_removed_and_no_other_does()
    {
        var (removed, kept) = (await _stage.AddTokenAsync(name: "removed"), await _stage.AddTokenAsync());
        using var one = await ReaderAsync(removed);
        using var other = await ReaderAsync(kept);

        await _stage.Store.RemoveTokenAsync("removed", StoreSamples.Ada, None);
        _stage.Time.Advance(TokenStanding.Interval);
        (await one.ReadAsync()).ShouldBeNull("it ends without an end event");

        (await one.ConnectAsync()).ShouldBe(401);
        await _stage.Store.UpdateTrialAsync(new TrialUpdate(new TrialId(_run.Id, 1), TrialState.Queued, TrialState.Cancelled), None);
        await AdvanceUntilAsync(other.ReadAsync());
        other.Told[^1].Data.ToJsonString().ShouldContain("cancelled");
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_ends_when_its_token_expires()
    {
        var token = await _stage.AddTokenAsync(expires: _stage.Time.GetUtcNow() + TimeSpan.FromSeconds(14));
        using var reader = await ReaderAsync(token);

        _stage.Time.Advance(TokenStanding.Interval);

        (await reader.ReadAsync()).ShouldBeNull();
        (await reader.ConnectAsync()).ShouldBe(401);
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_ends_when_its_project_is_removed()
    {
        var token = await _stage.AddTokenAsync(project: "digits-3fa2c1");
        using var reader = await ReaderAsync(token);
        foreach (var number in new[] { 1, 2, 3 })
        {
            await _stage.Store.UpdateTrialAsync(new TrialUpdate(new TrialId(_run.Id, number), TrialState.Queued, TrialState.Cancelled), None);
        }

        await _stage.Store.UpdateRunAsync(new RunUpdate(_run.Id, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon), None);
        (await _stage.Store.RemoveProjectAsync(_run.Id.Project, withRuns: true, StoreSamples.Ada, None)).ShouldBe(ProjectRemoval.Removed);
        var rest = ReadToTheEndAsync(reader);
        await AdvanceUntilAsync(rest);

        (await rest).ShouldNotContain("end");
        (await reader.ConnectAsync()).ShouldBe(404);
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_does_not_read_for_long_is_cut_off()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}?after=1") { Headers = { { "X-Stuck", "yes" } } };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _stage.AddTokenAsync());
        var answer = _stage.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await _stuck.Task;

        _stage.Time.Advance(EventStream.Patience - TimeSpan.FromMilliseconds(1));
        _gone.Task.IsCompleted.ShouldBeFalse();
        _stage.Time.Advance(TimeSpan.FromMilliseconds(1));

        await _gone.Task;
        await Should.ThrowAsync<HttpRequestException>(answer);
    }

    // Whoever says that he is stuck is sent nothing: the first write to him lasts until it is given up.
    private async Task StickAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Headers.ContainsKey("X-Stuck"))
        {
            await next(context);
            return;
        }

        context.RequestAborted.Register(_gone.SetResult);
        context.Response.Body = new StuckStream(_stuck);
        await next(context);
    }

    private async Task<int> StatusAsync(string token)
    {
        using var answer = await _stage.SendAsync(HttpMethod.Get, Path, token);
        return (int)answer.StatusCode;
    }

    // All that there is so far is told without the clock.
    private async Task<EventReader> ReaderAsync(string token)
    {
        var reader = new EventReader(_stage.Client, Path, token);
        (await reader.ConnectAsync()).ShouldBe(200);
        await reader.ReadUntilAsync(told => (string?)told.Data["trial"] == "digits#1.3");
        return reader;
    }

    private static async Task<List<string>> ReadToTheEndAsync(EventReader reader)
    {
        var names = new List<string>();
        while (await reader.ReadAsync() is { } told)
        {
            names.Add(told.Name);
        }

        return names;
    }

    // The feed looks at the record in its own beat; nobody's patience ends meanwhile.
    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            if (_stage.Time.NextDue - _stage.Time.GetUtcNow() <= Beat)
            {
                _stage.Time.Advance(Beat);
            }

            await Task.Yield();
        }

        await task;
    }

    private sealed class StuckStream(TaskCompletionSource stuck) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            stuck.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }
}
