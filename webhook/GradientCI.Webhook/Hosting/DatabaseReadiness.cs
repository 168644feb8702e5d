using GradientCI.Stores;

namespace GradientCI.Webhook.Hosting;

/// <summary>Whether the record can be written.</summary>
public sealed class DatabaseReadiness(IDeliveryStore store) : IReadinessCheck
{
    /// <inheritdoc/>
    public string Name => "database";

    /// <inheritdoc/>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        // A transaction that writes, and finds nothing to write.
        await store.ForgetDeliveriesAsync(DateTimeOffset.UnixEpoch, cancellationToken);
        return null;
    }
}
