using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>How the search goes.</summary>
public sealed record SweepSpec
{
    /// <summary>The most trials of one experiment, repeats included.</summary>
    public const int TrialLimit = 10_000;

    /// <summary>What is searched.</summary>
    public SearchSpace Space { get; init; } = SearchSpace.Empty;

    /// <summary>A sampler's name, or <c>auto</c>.</summary>
    public string Sampler { get; init; } = "auto";

    /// <summary>Whether earlier runs count as history.</summary>
    public bool WarmStart { get; init; }

    /// <summary>The most parameter sets; null only when the space is finite, and then means all of it.</summary>
    public int? MaxTrials { get; init; }

    /// <summary>The most trials at once, or null for as many as there are slots.</summary>
    public int? Parallel { get; init; }

    /// <summary>Trials per parameter set, each with its own seed.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>The sampler's seed.</summary>
    public long Seed { get; init; }

    /// <summary>The parameter sets to run, in this order, instead of proposing any; empty to search. No manifest says it.</summary>
    public ImmutableArray<ParameterSet> Recorded { get; init; } = [];

    /// <summary>How unpromising trials are ended, or null for not at all.</summary>
    public PrunerSpec? Pruner { get; init; }

    /// <summary>What ends the sweep early.</summary>
    public StopSpec Stop { get; init; } = new();
}

/// <summary>A pruner and its settings.</summary>
/// <param name="Name">The pruner's name.</param>
/// <param name="Settings">Its settings as written, by name.</param>
public sealed record PrunerSpec(string Name, ImmutableSortedDictionary<string, double> Settings);

/// <summary>What ends a sweep before its last trial; whichever comes first.</summary>
public sealed record StopSpec
{
    /// <summary>Time since the run was started, or last taken up again; or null.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>GPU hours of all trials, or null.</summary>
    public double? GpuHours { get; init; }

    /// <summary>A value of the objective that is good enough, or null.</summary>
    public double? Target { get; init; }

    /// <summary>Parameter sets without a new best, or null.</summary>
    public int? Patience { get; init; }
}

/// <summary>A bound on a metric that makes a trial infeasible when broken.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Target">Where its last value must lie.</param>
public sealed record ConstraintSpec(string Metric, Interval Target);

/// <summary>Where metrics come from beside JSON lines on standard output.</summary>
public sealed record MetricSourcesSpec
{
    /// <summary>Regular expressions over log lines; the first group is the value.</summary>
    public ImmutableArray<MetricPattern> Patterns { get; init; } = [];

    /// <summary>Globs of TensorBoard event files.</summary>
    public ImmutableArray<string> TensorBoard { get; init; } = [];

    /// <summary>Metric files in the workspace: JSON lines or CSV, by their ending.</summary>
    public ImmutableArray<string> Files { get; init; } = [];
}

/// <summary>A metric that is read from plain log lines.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Pattern">A regular expression with one group; matched without backtracking.</param>
public sealed record MetricPattern(string Metric, string Pattern);

/// <summary>What the report shows.</summary>
public sealed record ReportSpec
{
    /// <summary>Whether a pull request gets a comment.</summary>
    public CommentMode Comment { get; init; } = CommentMode.Always;

    /// <summary>The charts, or empty for every series, grouped by name.</summary>
    public ImmutableArray<ChartSpec> Charts { get; init; } = [];

    /// <summary>The columns of the trial table, or empty for parameters, objective and checked metrics.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>Globs of pictures among the artifacts.</summary>
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>A Markdown file that the best trial writes, or null.</summary>
    public string? Notes { get; init; }
}

/// <summary>When the comment on a pull request is written.</summary>
public enum CommentMode
{
    /// <summary>For every run.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,

    /// <summary>When a check's result or the best value changed.</summary>
    OnChange,
}

/// <summary>One chart of metric curves.</summary>
/// <param name="Metrics">The metrics drawn together.</param>
/// <param name="Scale">The scale of y.</param>
public sealed record ChartSpec(ImmutableArray<string> Metrics, Scale Scale);
