using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Orchestration;

/// <summary>How runs are driven; an operator sets it.</summary>
public sealed record OrchestrationOptions
{
    /// <summary>The time between SIGTERM and SIGKILL unless set otherwise: 30 s.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(30);

    /// <summary>How often the record is looked at for what other processes did: ended a run, or died.</summary>
    /// <value>1 s.</value>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a full disk is looked at.</summary>
    /// <value>2 s.</value>
    public TimeSpan SpaceInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a running trial's log is read.</summary>
    /// <value>250 ms.</value>
    public TimeSpan PumpInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often processor, memory and GPU use are sampled.</summary>
    /// <value>5 s.</value>
    public TimeSpan UsageInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time between SIGTERM and SIGKILL.</summary>
    /// <value>30 s.</value>
    public TimeSpan Grace { get; init; } = DefaultGrace;

    /// <summary>The most that is kept of a trial.</summary>
    /// <value>10,000 files and 10 GiB.</value>
    public KeptBounds Kept { get; init; } = KeptBounds.Default;

    /// <summary>The most that a trial may have in its checkpoint folder; one that runs with more is ended.</summary>
    /// <value>100 GiB.</value>
    public long CheckpointBytes { get; init; } = 100L << 30;

    /// <summary>Free bytes of the data folder's disk below which no trial is started.</summary>
    /// <value>256 MiB.</value>
    public long ReservedBytes { get; init; } = 256L << 20;

    /// <summary>Files that the data folder's disk must still have room for, where it counts them; below that no trial is started.</summary>
    /// <value>1,000. A trial needs about ten of ours.</value>
    public long ReservedFiles { get; init; } = 1_000;
}
