namespace GradientCI.Webhook.Monitoring;

/// <summary>What this process counts while it serves.</summary>
public sealed class ServiceMeters
{
    /// <summary>Deliveries: as they arrive (accepted, duplicate, taken-again, refused) and as they end (done, ignored, failed, retried).</summary>
    public Counter Deliveries { get; } = new("gradientci_deliveries_total", "Deliveries by event and what became of them.", "event", "result");

    /// <summary>From a delivery's arrival until what it asks for is recorded.</summary>
    public Histogram DeliverySeconds { get; } = new(
        "gradientci_delivery_duration_seconds", "From a delivery's arrival until it was processed.", 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600);

    /// <summary>Attempts that ended here.</summary>
    public Counter Attempts { get; } = new("gradientci_attempts_total", "Attempts that ended, by outcome.", "outcome");

    /// <summary>From the start of an attempt's process to its end.</summary>
    public Histogram AttemptSeconds { get; } = new(
        "gradientci_attempt_duration_seconds", "From the start of an attempt's process to its end.", 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 48 * 3600);

    /// <summary>Attempts of workers that are gone, taken over by this one.</summary>
    public Counter OrphansAdopted { get; } = new("gradientci_orphans_adopted_total", "Attempts of workers that are gone, taken over by this one.");

    /// <summary>Attempts of this worker that another one took over.</summary>
    public Counter LeaseLosses { get; } = new("gradientci_lease_losses_total", "Attempts of this worker that another one took over, as its lease had ended.");

    internal IEnumerable<MeterFamily> Read() =>
        [Deliveries.Read(), DeliverySeconds.Read(), Attempts.Read(), AttemptSeconds.Read(), OrphansAdopted.Read(), LeaseLosses.Read()];
}
