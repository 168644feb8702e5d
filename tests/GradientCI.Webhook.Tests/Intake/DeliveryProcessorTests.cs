using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Tests.GitHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Intake;

public sealed class DeliveryProcessorTests : IAsyncLifetime, IDisposable
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingEvents _events = new();
    private readonly ManualTimeProvider _time = new();
    private readonly Doorbell _arrivals = new();
    private SqliteExperimentStore _store = null!;
    private DeliveryProcessor _processor = null!;

    public async Task InitializeAsync()
    {
        _store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
        _processor = new DeliveryProcessor(_store, new GitHubEvents(_events, _events), _arrivals, _time, NullLogger<DeliveryProcessor>.Instance);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Patience)]
    public async Task Deliveries_are_done_in_the_order_in_which_they_came()
    {
        for (var number = 10; number < 30; number++)
        {
            await ReceiveAsync($"{number}", Payload.Push(Payload.Zeros, $"{new string('a', 38)}{number}", "refs/heads/main"));
        }

        await StepAsync();

        _events.Pushes.Select(push => int.Parse(push.Updates[0].New[^2..])).ShouldBe(Enumerable.Range(10, 20));
        (await _store.CountDeliveriesAsync(None)).ShouldBe([("push", DeliveryState.Done, 20)]);
    }

    [Fact(Timeout = Patience)]
    public async Task An_unknown_event_is_ignored_and_counted()
    {
        await ReceiveAsync("1", Payload.Delivery("star.created"));

        await StepAsync();

        (await _store.CountDeliveriesAsync(None)).ShouldBe([("star", DeliveryState.Ignored, 1)]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_payload_that_cannot_be_read_fails_and_keeps_no_other_from_being_done()
    {
        await ReceiveAsync("1", Payload.Delivery("push.branch-created") with { Body = "{}"u8.ToArray() });
        await ReceiveAsync("2", Payload.Delivery("push.branch-created"));

        await StepAsync();

        _events.Pushes.Count.ShouldBe(1);
        (await _store.CountDeliveriesAsync(None)).ShouldBe([("push", DeliveryState.Done, 1), ("push", DeliveryState.Failed, 1)]);
    }

    [Theory(Timeout = Patience)]
    [InlineData(typeof(GradientException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task What_cannot_be_done_now_is_tried_again_after_a_while_that_doubles(Type trouble)
    {
        _events.OnPush = _ => throw (trouble == typeof(GradientException)
            ? new GradientException(FailureKind.Environment, "GitHub is down.")
            : (Exception)Activator.CreateInstance(trouble)!);
        await ReceiveAsync("1", Payload.Delivery("push.branch-created"));
        var waits = new List<double>();

        for (var attempt = 0; attempt < 9; attempt++)
        {
            await StepAsync();
            var before = _time.GetUtcNow();
            while ((await _store.ListDueDeliveriesAsync(_time.GetUtcNow(), [], 1, None)).IsEmpty)
            {
                _time.Advance(TimeSpan.FromSeconds(10));
            }

            waits.Add((_time.GetUtcNow() - before).TotalSeconds);
        }

        waits.ShouldBe([10, 20, 40, 80, 160, 320, 600, 600, 600]);
        _events.OnPush = _ => Task.CompletedTask;
        await StepAsync();
        (await _store.CountDeliveriesAsync(None)).ShouldBe([("push", DeliveryState.Done, 1)]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_cannot_be_done_for_a_day_has_failed()
    {
        _events.OnPush = _ => throw new GradientException(FailureKind.Environment, "GitHub is down.");
        await ReceiveAsync("1", Payload.Delivery("push.branch-created"));
        _time.Advance(TimeSpan.FromHours(24));

        // A service that was away for the day has not tried yet: it gets its tries.
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            await StepAsync();
            (await _store.CountDeliveriesAsync(None)).ShouldBe([("push", DeliveryState.Received, 1)]);
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        await StepAsync();

        (await _store.CountDeliveriesAsync(None)).ShouldBe([("push", DeliveryState.Failed, 1)]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_delivery_that_arrives_while_it_waits_is_taken_at_once()
    {
        var done = new TaskCompletionSource();
        _events.OnPush = _ =>
        {
            done.SetResult();
            return Task.CompletedTask;
        };
        using var leave = new CancellationTokenSource();
        var running = _processor.RunAsync(leave.Token);

        await ReceiveAsync("1", Payload.Delivery("push.branch-created"));
        _arrivals.Ring();

        // The clock stands still: only the bell can have woken it.
        await done.Task;
        await leave.CancelAsync();
        await running;
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_takes_runs_up_is_told_that_there_may_be_one()
    {
        await ReceiveAsync("1", Payload.Delivery("push.branch-created"));

        await StepAsync();

        // The clock stands still: only the bell can end this.
        await _processor.Recorded.WaitAsync(TimeSpan.FromSeconds(1), _time, None);
    }

    [Fact(Timeout = Patience)]
    public async Task A_delivery_that_it_is_at_when_it_must_leave_stays_for_whoever_comes_next()
    {
        using var leave = new CancellationTokenSource();
        _events.OnPush = async cancellationToken =>
        {
            await leave.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        };
        await ReceiveAsync("1", Payload.Delivery("push.branch-created"));

        await _processor.RunAsync(leave.Token);

        (await _store.ListDueDeliveriesAsync(_time.GetUtcNow(), [], 10, None)).ShouldHaveSingleItem().Attempts.ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Ids_of_three_months_ago_are_forgotten()
    {
        await ReceiveAsync("1", Payload.Delivery("star.created"));
        await StepAsync();
        _time.Advance(TimeSpan.FromDays(91));
        await ReceiveAsync("2", Payload.Delivery("push.branch-created"));

        await StepAsync();

        (await _store.CountDeliveriesAsync(None)).ShouldBe([("push", DeliveryState.Done, 1)]);
    }

    private async Task StepAsync()
    {
        await _processor.TakeUpAsync(None);
        await _processor.FinishAsync();
    }

    private async Task ReceiveAsync(string id, Delivery delivery) =>
        (await _store.ReceiveAsync(delivery with { Id = id, ReceivedAt = _time.GetUtcNow() }, None)).ShouldBe(DeliveryReceipt.Accepted);
}
