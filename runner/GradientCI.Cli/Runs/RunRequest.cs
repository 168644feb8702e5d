using System.Collections.Immutable;

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

    public required RunnerOptions Runner { get; init; }
}
