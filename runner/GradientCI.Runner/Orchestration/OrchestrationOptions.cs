namespace GradientCI.Runner.Orchestration;

/// <summary>How runs are driven; an operator sets it.</summary>
public sealed record OrchestrationOptions
{
    /// <summary>The time between SIGTERM and SIGKILL unless set otherwise: 30 s.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(30);

    /// <summary>How often a running trial's log is read and a cancel order looked for.</summary>
    /// <value>250 ms.</value>
    public TimeSpan PumpInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often processor, memory and GPU use are sampled.</summary>
    /// <value>5 s.</value>
    public TimeSpan UsageInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time between SIGTERM and SIGKILL.</summary>
    /// <value>30 s.</value>
    public TimeSpan Grace { get; init; } = DefaultGrace;

    /// <summary>Free bytes of the data folder's disk below which no trial is started.</summary>
    /// <value>256 MiB.</value>
    public long ReservedBytes { get; init; } = 256L << 20;
}
