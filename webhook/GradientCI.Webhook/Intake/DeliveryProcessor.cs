using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Monitoring;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Intake;

/// <summary>Does what deliveries ask for, one after the other, oldest first; what cannot be done now is tried again.</summary>
/// <param name="store">Where deliveries wait.</param>
/// <param name="events">Knows what they mean.</param>
/// <param name="arrivals">Rung when a delivery arrives.</param>
/// <param name="time">Tells what is due.</param>
/// <param name="logger">Told what became of each delivery.</param>
public sealed partial class DeliveryProcessor(
    IDeliveryStore store, GitHubEvents events, Doorbell arrivals, TimeProvider time, ILogger<DeliveryProcessor> logger)
{
    // Their bodies are in memory together, up to 25 MB each.
    private const int AtOnce = 8;

    // A service that was down for a day has tried nothing in that day.
    private const int FewestTries = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    // GitHub sends again what is up to three days old; a replay of what is older would be taken for new.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(90);
    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromDays(1);
    private DateTimeOffset _forgetAt;

    /// <summary>Rung when what a delivery asks for is recorded: there may be a run to take up.</summary>
    public Doorbell Recorded { get; init; } = new();

    /// <summary>Knows what hooks of other machines mean, or null when there are none.</summary>
    public GitPushes? Pushes { get; init; }

    /// <summary>Counts what becomes of deliveries.</summary>
    public ServiceMeters Meters { get; init; } = new();

    /// <summary>Works until it is told to leave; what it was at is then tried again by whoever comes next.</summary>
    public async Task RunAsync(CancellationToken leaving)
    {
        while (!leaving.IsCancellationRequested)
        {
            var isMore = false;
            try
            {
                isMore = await StepAsync(leaving);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // The store's trouble: the deliveries are in it, and are asked for again.
                LogStoreProblem(problem);
            }
            catch (OperationCanceledException) when (leaving.IsCancellationRequested)
            {
                return;
            }

            if (!isMore)
            {
                await arrivals.WaitAsync(Poll, time, leaving);
            }
        }
    }

    /// <summary>Takes the oldest deliveries that are due.</summary>
    /// <returns>Whether there may be more.</returns>
    /// <exception cref="GradientException">The store cannot be read or written.</exception>
    public async Task<bool> StepAsync(CancellationToken leaving)
    {
        var due = await store.ListDueDeliveriesAsync(time.GetUtcNow(), AtOnce, leaving);
        foreach (var delivery in due)
        {
            await ProcessAsync(delivery, leaving);
        }

        if (due.IsEmpty && time.GetUtcNow() >= _forgetAt)
        {
            _forgetAt = time.GetUtcNow() + BetweenForgetting;
            await store.ForgetDeliveriesAsync(time.GetUtcNow() - Memory, leaving);
        }

        return due.Length == AtOnce;
    }

    private async Task ProcessAsync(Delivery delivery, CancellationToken leaving)
    {
        DeliveryOutcome outcome;
        try
        {
            outcome = Pushes is not null && delivery.Event == PushMessage.Event ? await Pushes.HandleAsync(delivery, leaving) : await events.HandleAsync(delivery, leaving);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception problem)
        {
            // Whatever it was, one delivery must not keep the others from being done.
            await TryAgainAsync(delivery, problem);
            return;
        }

        Recorded.Ring();

        // It is done, whoever leaves meanwhile.
        await store.EndDeliveryAsync(delivery.Id, outcome.State, outcome.Note, default, CancellationToken.None);
        Meters.Deliveries.Add(delivery.Event, outcome.State.ToString().ToLowerInvariant());
        Meters.DeliverySeconds.Add(time.GetUtcNow() - delivery.ReceivedAt);
        LogOutcome(delivery.Id, delivery.Event, outcome.State, outcome.Note);
    }

    private async Task TryAgainAsync(Delivery delivery, Exception problem)
    {
        var now = time.GetUtcNow();
        var sentence = problem is GradientException ? problem.Message : $"{problem.GetType().Name}: {problem.Message}";
        var isGivenUp = now - delivery.ReceivedAt >= Patience && delivery.Attempts >= FewestTries;
        var wait = TimeSpan.FromSeconds(Math.Min(LastRetry.TotalSeconds, FirstRetry.TotalSeconds * Math.Pow(2, delivery.Attempts)));
        await store.EndDeliveryAsync(delivery.Id, isGivenUp ? DeliveryState.Failed : DeliveryState.Received, sentence, now + wait, CancellationToken.None);
        Meters.Deliveries.Add(delivery.Event, isGivenUp ? "failed" : "retried");
        LogFailed(delivery.Id, delivery.Event, delivery.Attempts + 1, isGivenUp ? "given up" : $"tried again in {wait.TotalSeconds} s", sentence, problem is GradientException ? null : problem);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {Delivery} ({Event}) is {State}: {Note}")]
    private partial void LogOutcome(string delivery, string @event, DeliveryState state, string note);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Delivery} ({Event}) failed, try {Attempt}, {Next}: {Reason}")]
    private partial void LogFailed(string delivery, string @event, int attempt, string next, string reason, Exception? problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Deliveries wait, as the store cannot be used.")]
    private partial void LogStoreProblem(Exception problem);
}
