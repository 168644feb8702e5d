using System.Threading.Channels;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Tests.GitHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Intake;

/// <summary>Which deliveries wait for which.</summary>
public sealed class DeliveryLaneTests : IAsyncLifetime, IDisposable
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();
    private readonly GatedEvents _events = new();
    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource _gate = new();
    private SqliteExperimentStore _store = null!;
    private DeliveryProcessor _processor = null!;

    public async Task InitializeAsync()
    {
        _store = await SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
        _processor = new DeliveryProcessor(_store, new GitHubEvents(_events, new RecordingEvents()), new Doorbell(), _time, NullLogger<DeliveryProcessor>.Instance);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Patience)]
    public async Task One_slow_repository_held_up_all_deliveries()
    {
        _events.Gates["a"] = _gate.Task;
        await PushAsync((1, "a"), (1, "b"), (2, "c"), (2, "d"), (3, "e"));
        using var leave = new CancellationTokenSource();
        var running = _processor.RunAsync(leave.Token);

        var others = await ReadAsync(_events.Ended, 3);
        _gate.SetResult();
        var rest = await ReadAsync(_events.Ended, 2);

        others.Order(StringComparer.Ordinal).ShouldBe(["c", "d", "e"]);
        others.Where(each => each != "e").ShouldBe(["c", "d"]);
        rest.ShouldBe(["a", "b"]);
        await leave.CancelAsync();
        await running;
    }

    [Fact(Timeout = Patience)]
    public async Task Four_repositories_have_their_turn_at_once_and_no_more()
    {
        string[] names = ["a", "b", "c", "d", "e", "f"];
        foreach (var name in names)
        {
            _events.Gates[name] = _gate.Task;
        }

        await PushAsync([.. names.Select((name, index) => (index + 1L, name))]);

        await _processor.TakeUpAsync(None);
        var begun = await ReadAsync(_events.Begun, 4);
        await _processor.TakeUpAsync(None);

        begun.Order(StringComparer.Ordinal).ShouldBe(["a", "b", "c", "d"]);
        _events.Begun.TryPeek(out _).ShouldBeFalse();
        _gate.SetResult();
        await _processor.FinishAsync();
        await _processor.TakeUpAsync(None);
        (await ReadAsync(_events.Begun, 2)).Order(StringComparer.Ordinal).ShouldBe(["e", "f"]);
        await _processor.FinishAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_about_many_repositories_waits_for_none_and_is_over_before_what_came_later_begins()
    {
        _events.Gates["a"] = _gate.Task;
        await PushAsync((1, "a"), (1, "b"));
        await ReceiveAsync("i", Payload.Delivery("installation.suspend"));
        await PushAsync((2, "c"));

        await _processor.TakeUpAsync(None);

        (await ReadAsync(_events.Ended, 2)).ShouldBe(["uninstalled", "c"]);
        _gate.SetResult();
        await _processor.FinishAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_delivery_that_failed_holds_up_no_other_of_its_repository()
    {
        _events.Gates["a"] = Task.FromException(new GradientException(FailureKind.Environment, "GitHub is down."));
        await PushAsync((1, "a"), (1, "b"));

        await TakeUpAllAsync(2);

        (await ReadAsync(_events.Ended, 1)).ShouldBe(["b"]);
        _events.Gates.Clear();
        _time.Advance(TimeSpan.FromSeconds(10));
        await TakeUpAllAsync(1);
        (await ReadAsync(_events.Ended, 1)).ShouldBe(["a"]);
    }

    private async Task TakeUpAllAsync(int times)
    {
        for (var time = 0; time < times; time++)
        {
            await _processor.TakeUpAsync(None);
            await _processor.FinishAsync();
        }
    }

    private async Task PushAsync(params (long Repository, string Branch)[] pushes)
    {
        foreach (var (repository, branch) in pushes)
        {
            await ReceiveAsync(branch, Payload.Push(Payload.Zeros, new string('a', 40), $"refs/heads/{branch}") with { Repository = repository });
        }
    }

    private async Task ReceiveAsync(string id, Delivery delivery) =>
        (await _store.ReceiveAsync(delivery with { Id = id, ReceivedAt = _time.GetUtcNow() }, None)).ShouldBe(DeliveryReceipt.Accepted);

    private static async Task<List<string>> ReadAsync(ChannelReader<string> from, int count)
    {
        var read = new List<string>();
        while (read.Count < count)
        {
            read.Add(await from.ReadAsync());
        }

        return read;
    }
}
