using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Comparisons;

/// <summary>What differs between a run and its baseline; each run is represented by its best parameter set.</summary>
/// <param name="Metrics">Objective first, then checked metrics, then the others by name.</param>
/// <param name="Parameters">Hyperparameters of the best sets that differ.</param>
/// <param name="Manifest">Keys of the manifest that differ.</param>
public sealed record RunComparison(
    ImmutableArray<MetricComparison> Metrics, ImmutableArray<ValueChange> Parameters, ImmutableArray<ValueChange> Manifest)
{
    /// <summary>How the fronts compare; null with one objective, and when a run has no front.</summary>
    public FrontComparison? Front { get; init; }
}

/// <summary>The fronts of two runs, held against the same point.</summary>
/// <remarks>
/// A hypervolume is given as a share of the box between the best of both fronts in each objective and the reference. What the
/// baseline's front is follows from the objectives and constraints of the run.
/// </remarks>
/// <param name="Value">What the run's front beats, between 0 and 1.</param>
/// <param name="Baseline">What the baseline's front beats.</param>
/// <param name="Reference">The worst of both fronts in each objective, and a tenth of their range beyond.</param>
/// <param name="Count">How many sets are on the run's front.</param>
/// <param name="BaselineCount">How many are on the baseline's.</param>
public sealed record FrontComparison(double Value, double Baseline, ImmutableArray<double> Reference, int Count, int BaselineCount)
{
    /// <summary>What to make of it; a hypervolume has no p, so that any difference counts.</summary>
    public Verdict Verdict => Value > Baseline ? Verdict.Better : Value < Baseline ? Verdict.Worse : Verdict.Unchanged;
}

/// <summary>A value before and after: <c>lr: 0.01 → 0.05</c>.</summary>
/// <param name="Name">The parameter or the manifest key (<c>sweep.parameters.lr</c>).</param>
/// <param name="Before">In the baseline, or null when absent.</param>
/// <param name="After">In the run, or null when absent.</param>
public sealed record ValueChange(string Name, string? Before, string? After);

/// <summary>One metric of two runs.</summary>
public sealed record MetricComparison
{
    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Which way is better, or null when nobody said.</summary>
    public Direction? Better { get; init; }

    /// <summary>The run's mean over the repeats of its best set, or null when missing.</summary>
    public double? Value { get; init; }

    /// <summary>The baseline's, or null when missing.</summary>
    public double? Baseline { get; init; }

    /// <summary>How many repeats stand behind <see cref="Value"/>.</summary>
    public int Count { get; init; }

    /// <summary>How many repeats stand behind <see cref="Baseline"/>.</summary>
    public int BaselineCount { get; init; }

    /// <summary>Two-sided p of Welch's t-test; null below two values on either side, and where neither side varies.</summary>
    public double? PValue { get; init; }

    /// <summary>What to make of it.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>The difference, run minus baseline, or null.</summary>
    public double? Difference => Value - Baseline;
}

/// <summary>What to make of a difference.</summary>
public enum Verdict
{
    /// <summary>One side is missing.</summary>
    Unknown,

    /// <summary>Equal to the last digit.</summary>
    Unchanged,

    /// <summary>Repeats say that chance explains it (p ≥ 0.05).</summary>
    WithinNoise,

    /// <summary>Better; with repeats, significantly.</summary>
    Better,

    /// <summary>Worse; with repeats, significantly.</summary>
    Worse,

    /// <summary>Different, and nobody said which way is better.</summary>
    Different,
}
