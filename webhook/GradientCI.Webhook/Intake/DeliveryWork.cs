using GradientCI.Stores;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Monitoring;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Intake;

/// <summary>Does what one delivery asks for, and records what became of it; what cannot be done now is tried again.</summary>
internal sealed partial class DeliveryWork(
    IDeliveryStore store, Func<Delivery, CancellationToken, Task<DeliveryOutcome>> handleAsync, Doorbell recorded, ServiceMeters meters, TimeProvider time, ILogger logger)
{
    // A service that was down for a day has tried nothing in that day.
    private const int FewestTries = 10;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>Tries it once.</summary>
    /// <exception cref="GradientException">What became of it cannot be recorded: it stays due.</exception>
    public async Task DoAsync(Delivery delivery, CancellationToken leaving)
    {
        DeliveryOutcome outcome;
        try
        {
            outcome = await handleAsync(delivery, leaving);
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

        recorded.Ring();

        // It is done, whoever leaves meanwhile.
        await store.EndDeliveryAsync(delivery.Id, outcome.State, outcome.Note, default, CancellationToken.None);
        meters.Deliveries.Add(delivery.Event, outcome.State.ToString().ToLowerInvariant());
        meters.DeliverySeconds.Add(time.GetUtcNow() - delivery.ReceivedAt);
        LogOutcome(delivery.Id, delivery.Event, outcome.State, outcome.Note);
    }

    private async Task TryAgainAsync(Delivery delivery, Exception problem)
    {
        var now = time.GetUtcNow();
        var sentence = problem is GradientException ? problem.Message : $"{problem.GetType().Name}: {problem.Message}";
        var isGivenUp = now - delivery.ReceivedAt >= Patience && delivery.Attempts >= FewestTries;
        var wait = TimeSpan.FromSeconds(Math.Min(LastRetry.TotalSeconds, FirstRetry.TotalSeconds * Math.Pow(2, delivery.Attempts)));
        await store.EndDeliveryAsync(delivery.Id, isGivenUp ? DeliveryState.Failed : DeliveryState.Received, sentence, now + wait, CancellationToken.None);
        meters.Deliveries.Add(delivery.Event, isGivenUp ? "failed" : "retried");
        LogFailed(delivery.Id, delivery.Event, delivery.Attempts + 1, isGivenUp ? "given up" : $"tried again in {wait.TotalSeconds} s", sentence, problem is GradientException ? null : problem);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {Delivery} ({Event}) is {State}: {Note}")]
    private partial void LogOutcome(string delivery, string @event, DeliveryState state, string note);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Delivery} ({Event}) failed, try {Attempt}, {Next}: {Reason}")]
    private partial void LogFailed(string delivery, string @event, int attempt, string next, string reason, Exception? problem);
}
