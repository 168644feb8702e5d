using System.Collections.Immutable;
using GradientCI.Specs;

namespace GradientCI.Cli.Runs;

/// <summary>What was typed after <c>gradientci run</c>.</summary>
internal sealed record RunRequest
{
    public ImmutableArray<string> Experiments { get; init; } = [];

    public string Repository { get; init; } = ".";

    public string Commit { get; init; } = "HEAD";

    public ImmutableArray<string> Overrides { get; init; } = [];

    public string? Baseline { get; init; }

    public string? ReportFolder { get; init; }

    public bool Detach { get; init; }

    public bool Json { get; init; }

    public bool NoCache { get; init; }

    /// <summary>The bundle whose run is repeated, as it was typed; null to run a commit of the repository.</summary>
    public string? From { get; init; }

    /// <summary>Of that run the trial whose parameters alone are repeated; null for all.</summary>
    public string? Trial { get; init; }

    public required RunnerOptions Runner { get; init; }

    /// <summary>The experiment, computing everything when that was asked for.</summary>
    public ExperimentSpec WithCache(ExperimentSpec spec) => NoCache ? spec with { Cache = false } : spec;
}
