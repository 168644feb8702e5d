using GradientCI.Stores;

namespace GradientCI.Webhook.Hosting;

/// <summary>Says that trials are kept from starting. The service takes deliveries and answers all the same.</summary>
public sealed class PauseNotice(IPauseSwitch pauses) : IReadinessCheck
{
    /// <inheritdoc/>
    public string Name => "trials";

    /// <inheritdoc/>
    public bool IsVital => false;

    /// <inheritdoc/>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken) => (await pauses.FindPauseAsync(cancellationToken))?.ToString();
}
