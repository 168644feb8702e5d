using System.Collections.Immutable;
using GradientCI.Specs;

namespace GradientCI.Experiments;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Recorded; no trial has started.</summary>
    Queued,

    /// <summary>Trials are being run.</summary>
    Running,

    /// <summary>Every trial ended and the checks are made.</summary>
    Finished,

    /// <summary>Ended by a person, or by a newer commit.</summary>
    Cancelled,

    /// <summary>The environment broke: disk, Git, executor. <see cref="Run.Problem"/> says what.</summary>
    Errored,
}

/// <summary>One experiment at one commit, as the store knows it. Immutable: ask again for news.</summary>
public sealed record Run
{
    /// <summary>Project, experiment and number.</summary>
    public required RunId Id { get; init; }

    /// <summary>What it runs, with overrides of the command line applied.</summary>
    public required ExperimentSpec Spec { get; init; }

    /// <summary>What the command line changed (<c>lr=0.1</c>); such a run is nobody's baseline unless it is asked for.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>At which commit.</summary>
    public required Commit Commit { get; init; }

    /// <summary>The run to compare with, or null.</summary>
    public RunId? Baseline { get; init; }

    /// <summary>Why there is no baseline, or which commit it stands for; one sentence for the report.</summary>
    public string BaselineNote { get; init; } = "";

    /// <summary>SHA-256 of the manifest's blob, hexadecimal.</summary>
    public required string ManifestDigest { get; init; }

    /// <summary>SHA-256 of the files that the result depends on (the manifest's <c>inputs</c>), hexadecimal.</summary>
    public string InputDigest { get; init; } = "";

    /// <summary>Machine and programs.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The executor's name.</summary>
    public required string Executor { get; init; }

    /// <summary>
    /// What asked for it, so that asking twice is answered with the same run: <c>push refs/heads/main 1f3…..9a0…</c>.
    /// Empty for a person at a terminal, who means it each time.
    /// </summary>
    public string Origin { get; init; } = "";

    /// <summary>The process at a terminal that drives it alone as long as it lives; none for runs that any worker may take.</summary>
    public WorkerId Attendant { get; init; } = WorkerId.None;

    /// <summary>The folder that its report is written into, absolute; empty for the data folder's own place.</summary>
    public string ReportFolder { get; init; } = "";

    /// <summary>Whether its end has been told: the report written and the forge informed.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Whether it is kept whatever <c>prune</c> is told.</summary>
    public bool IsPinned { get; init; }

    /// <summary>The sampler in use, and why when it was chosen by <c>auto</c>.</summary>
    public string SamplerNote { get; init; } = "";

    /// <summary>What its search knows of earlier runs; null when it is not to know of any.</summary>
    public WarmStart? WarmStart { get; init; }

    /// <summary>
    /// The parameter sets of earlier runs that its search begins with, oldest first, for the store to record with it. Of a recorded run
    /// they are read by themselves: a list of runs would carry them all.
    /// </summary>
    public ImmutableArray<EarlierSet> EarlierSets { get; init; } = [];

    /// <summary>What changed since the baseline's commit; empty without one.</summary>
    public ImmutableArray<FileChange> Changes { get; init; } = [];

    /// <summary>Things worth a warning in the report: submodules, LFS pointers, dropped series…</summary>
    public ImmutableArray<string> Notices { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public RunState State { get; init; }

    /// <summary>What broke, for <see cref="RunState.Errored"/>; why, for <see cref="RunState.Cancelled"/>.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The objective of the best parameter set, noted at the run's end; null when there is none.</summary>
    public double? Best { get; init; }

    /// <summary>With several objectives what the front came to, noted at the run's end; null when there is none.</summary>
    public FrontSummary? Front { get; init; }

    /// <summary>Whether no trial failed and every required check passed, noted at the run's end.</summary>
    public bool? Passed { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its first trial started, or null.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether nothing more will happen to it.</summary>
    public bool HasEnded => State is RunState.Finished or RunState.Cancelled or RunState.Errored;
}

/// <summary>The machine and the programs that a run used.</summary>
public sealed record Provenance
{
    /// <summary>The host's name.</summary>
    public string Host { get; init; } = "";

    /// <summary>Operating system and kernel.</summary>
    public string OperatingSystem { get; init; } = "";

    /// <summary>Processor model and cores.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>Memory in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>GPU models, one per device.</summary>
    public ImmutableArray<string> Gpus { get; init; } = [];

    /// <summary>The GPU driver's version, or empty.</summary>
    public string GpuDriver { get; init; } = "";

    /// <summary><c>git --version</c>'s number.</summary>
    public string GitVersion { get; init; } = "";

    /// <summary>The .NET runtime's version.</summary>
    public string RuntimeVersion { get; init; } = "";

    /// <summary>GradientCI's own version.</summary>
    public string ProductVersion { get; init; } = "";

    /// <summary>The digest of the image that all its trials run in, <c>sha256:…</c>; empty on the host, and until the run begins.</summary>
    public string ImageDigest { get; init; } = "";

    /// <summary>The digest of the image that <c>setup</c> was added to as a layer; empty when the run's image has no such layer.</summary>
    public string BaseImageDigest { get; init; } = "";

    /// <summary>The versions of the data sets that all its trials see, by name; empty when it asks for none, and until the run begins.</summary>
    public ImmutableArray<DatasetVersion> Datasets { get; init; } = [];
}

/// <summary>A data set as it was when a run began.</summary>
/// <param name="Name">As the manifest names it.</param>
/// <param name="Version">What results depend on: the archive's digest, or when the folder was registered.</param>
/// <param name="Path">The folder on the machine, absolute.</param>
public sealed record DatasetVersion(string Name, string Version, string Path);
