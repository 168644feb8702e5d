using GradientCI.Stores;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Monitoring;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Intake;

/// <summary>Sees to deliveries, oldest first: those of one repository one after the other, those of some repositories side by side.</summary>
/// <remarks>
/// A repository that takes long, such as for a fetch of half an hour, keeps a lane and nobody else. A delivery of no repository
/// is about many, and quickly done: what came after it is taken up when it is over. One that failed waits without holding up its
/// lane, so whatever it changes must heed when it was heard.
/// </remarks>
/// <param name="store">Where deliveries wait.</param>
/// <param name="events">Knows what they mean.</param>
/// <param name="arrivals">Rung when a delivery arrives.</param>
/// <param name="time">Tells what is due.</param>
/// <param name="logger">Told what became of each delivery.</param>
public sealed partial class DeliveryProcessor(
    IDeliveryStore store, GitHubEvents events, Doorbell arrivals, TimeProvider time, ILogger<DeliveryProcessor> logger)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromDays(1);

    // By repository. Touched by the one loop alone.
    private readonly Dictionary<long, Task> _lanes = [];
    private DateTimeOffset _forgetAt;

    /// <summary>Rung when what a delivery asks for is recorded: there may be a run to take up.</summary>
    public Doorbell Recorded { get; init; } = new();

    /// <summary>The deliveries of how many repositories are seen to side by side: their bodies are in memory together, up to 25 MB each, and each may have a git at work.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>How long a delivery is remembered: a replay of what is older would be taken for new.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Does what deliveries ask for that are none of GitHub's: the service's own, and those of hooks; null for the others.</summary>
    public Func<Delivery, CancellationToken, Task<DeliveryOutcome?>> HandleOwnAsync { get; init; } = (_, _) => Task.FromResult<DeliveryOutcome?>(null);

    /// <summary>Counts what becomes of deliveries.</summary>
    public ServiceMeters Meters { get; init; } = new();

    private DeliveryWork Work => new(store, HandleAsync, Recorded, Meters, time, logger);

    /// <summary>Works until it is told to leave; what it was at is then tried again by whoever comes next.</summary>
    public async Task RunAsync(CancellationToken leaving)
    {
        while (!leaving.IsCancellationRequested)
        {
            try
            {
                await TakeUpAsync(leaving);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // The store's trouble: the deliveries are in it, and are asked for again.
                LogStoreProblem(problem);
            }
            catch (OperationCanceledException) when (leaving.IsCancellationRequested)
            {
                break;
            }

            await arrivals.WaitAsync(Poll, time, leaving);
        }

        await FinishAsync();
    }

    /// <summary>Takes up what is due, as far as there are lanes.</summary>
    /// <exception cref="GradientException">The store cannot be read or written.</exception>
    public async Task TakeUpAsync(CancellationToken leaving)
    {
        CloseLanes();
        while (_lanes.Count < AtOnce && await FindAsync(leaving) is { } delivery)
        {
            if (delivery.Repository is { } repository)
            {
                OpenLane(repository, delivery, leaving);
            }
            else
            {
                await Work.DoAsync(delivery, leaving);
            }

            CloseLanes();
        }

        if (_lanes.Count == 0 && time.GetUtcNow() >= _forgetAt)
        {
            _forgetAt = time.GetUtcNow() + BetweenForgetting;
            await store.ForgetDeliveriesAsync(time.GetUtcNow() - Memory, leaving);
        }
    }

    /// <summary>Waits until what was taken up is over.</summary>
    public async Task FinishAsync()
    {
        try
        {
            await Task.WhenAll(_lanes.Values);
        }
        catch (OperationCanceledException)
        {
            // They were told to leave; what they were at stays due.
        }
    }

    private async Task<Delivery?> FindAsync(CancellationToken leaving) =>
        await store.ListDueDeliveriesAsync(time.GetUtcNow(), _lanes.Keys, limit: 1, leaving) is [var oldest] ? oldest : null;

    private async Task<DeliveryOutcome> HandleAsync(Delivery delivery, CancellationToken leaving) =>
        await HandleOwnAsync(delivery, leaving) ?? await events.HandleAsync(delivery, leaving);

    private void OpenLane(long repository, Delivery delivery, CancellationToken leaving)
    {
        var lane = Task.Run(() => DoInLaneAsync(delivery, leaving), CancellationToken.None);
        _lanes.Add(repository, lane);

        // Not from within: who is woken must find the lane over.
        _ = lane.ContinueWith(_ => arrivals.Ring(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void CloseLanes()
    {
        foreach (var repository in _lanes.Where(lane => lane.Value.IsCompleted).Select(lane => lane.Key).ToList())
        {
            _lanes.Remove(repository);
        }
    }

    private async Task DoInLaneAsync(Delivery delivery, CancellationToken leaving)
    {
        try
        {
            await Work.DoAsync(delivery, leaving);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // It is still due: without a rest it would be tried again and again.
            LogStoreProblem(problem);
            await Task.Delay(Poll, time, leaving);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Deliveries wait, as the store cannot be used.")]
    private partial void LogStoreProblem(Exception problem);
}
