using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Schedules;

/// <summary>Delivers to ourselves that runs are due, so that each is durable, done once, and tried again while the forge cannot be reached.</summary>
/// <param name="inbox">Where deliveries wait.</param>
/// <param name="repositories">Tells whose turn each waits for.</param>
/// <param name="time">Dates them.</param>
public sealed class DueRuns(IDeliveryStore inbox, IForgeStore repositories, TimeProvider time) : IDueRuns
{
    /// <inheritdoc/>
    public async Task KeepAsync(ProjectId project, string experiment, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var repository = await repositories.FindRepositoryAsync(project, cancellationToken);
        await inbox.ReceiveAsync(DueRun.Of(project, experiment, due).ToDelivery(time.GetUtcNow()) with { Repository = repository?.RemoteId }, cancellationToken);
    }
}
