namespace GradientCI.Stores;

/// <summary>How much there is to do, for whoever watches over the service.</summary>
public interface IBacklog
{
    /// <summary>Reads it, all of one moment. The cost grows with what waits and runs, never with what is over.</summary>
    Task<Backlog> ReadBacklogAsync(CancellationToken cancellationToken);
}

/// <summary>What waits and what runs.</summary>
public sealed record Backlog
{
    /// <summary>Deliveries of forges that are kept and not processed.</summary>
    public required int Deliveries { get; init; }

    /// <summary>When the oldest of them arrived, or null when there is none.</summary>
    public DateTimeOffset? OldestDelivery { get; init; }

    /// <summary>Answers that forges have not been told as they are wanted.</summary>
    public required int Answers { get; init; }

    /// <summary>Since when the oldest of them is wanted, or null when there is none.</summary>
    public DateTimeOffset? OldestAnswer { get; init; }

    /// <summary>Answers that were given up.</summary>
    public required int DeadAnswers { get; init; }

    /// <summary>Runs that nobody has begun.</summary>
    public required int QueuedRuns { get; init; }

    /// <summary>Runs that have begun and not ended.</summary>
    public required int RunningRuns { get; init; }

    /// <summary>Trials that wait for a slot; a sweep proposes the next ones only when it needs them.</summary>
    public required int QueuedTrials { get; init; }

    /// <summary>Trials that start or run.</summary>
    public required int RunningTrials { get; init; }

    /// <summary>Workers whose lease holds.</summary>
    public required int LivingWorkers { get; init; }
}
