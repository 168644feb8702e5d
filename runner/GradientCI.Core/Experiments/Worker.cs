namespace GradientCI.Experiments;

/// <summary>One life of a process that takes trials to their end: never used again after its death.</summary>
/// <param name="Value">Fit for a file name; empty for none.</param>
public readonly record struct WorkerId(string Value)
{
    /// <summary>Nobody.</summary>
    public static WorkerId None { get; } = new("");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A process that takes trials to their end, as the others see it.</summary>
/// <param name="Id">Which life of it.</param>
/// <param name="Host">The host's name.</param>
/// <param name="ProcessId">Its process id there.</param>
/// <param name="TakesAnyRun">Whether it drains the queue; false for a terminal that drives its own run only.</param>
public sealed record Worker(WorkerId Id, string Host, int ProcessId, bool TakesAnyRun);
