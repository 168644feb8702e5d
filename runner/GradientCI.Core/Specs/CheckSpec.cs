using GradientCI.Metrics;

namespace GradientCI.Specs;

/// <summary>A gate on a metric.</summary>
public sealed record CheckSpec
{
    /// <summary>The check's name: the key under <c>checks</c>, which is also its metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Where the value must lie, or null for a check against the baseline.</summary>
    public Interval? Target { get; init; }

    /// <summary>How a trial's points become one value.</summary>
    public CheckAggregate Aggregate { get; init; } = CheckAggregate.Last;

    /// <summary>How the trials' values become one.</summary>
    public CheckScope Over { get; init; } = CheckScope.Best;

    /// <summary>Whether the value is held against the baseline's.</summary>
    public bool AgainstBase { get; init; }

    /// <summary>How much worse than the baseline is still allowed.</summary>
    public Tolerance Tolerance { get; init; } = Tolerance.None;

    /// <summary>
    /// Which way the metric is better, for a check against the baseline: from the objective when it is the same
    /// metric, else from the manifest's <c>better</c>, else more is better.
    /// </summary>
    public Direction Better { get; init; } = Direction.Maximize;

    /// <summary>Whether a missing value passes.</summary>
    public bool PassIfMissing { get; init; }

    /// <summary>Whether the check is made for pull requests only.</summary>
    public bool OnlyPullRequest { get; init; }

    /// <summary>Whether failing it fails the run.</summary>
    public bool Required { get; init; } = true;
}

/// <summary>How a trial's points become one value. Non-finite points count only as <see cref="Last"/>.</summary>
public enum CheckAggregate
{
    /// <summary>The last point.</summary>
    Last,

    /// <summary>The least.</summary>
    Min,

    /// <summary>The greatest.</summary>
    Max,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The median.</summary>
    Median,

    /// <summary>The sample standard deviation.</summary>
    Std,
}

/// <summary>Which trials a check looks at.</summary>
public enum CheckScope
{
    /// <summary>The best parameter set; with repeats, the mean of its trials.</summary>
    Best,

    /// <summary>Every trial must pass.</summary>
    All,

    /// <summary>The mean over the trials.</summary>
    Mean,

    /// <summary>The median over the trials.</summary>
    Median,
}

/// <summary>How much worse is still allowed.</summary>
/// <param name="Value">An amount, or a fraction of the baseline's absolute value (0.05 for <c>5%</c>).</param>
/// <param name="IsRelative">Whether it is a fraction.</param>
public readonly record struct Tolerance(double Value, bool IsRelative)
{
    /// <summary>Nothing worse is allowed.</summary>
    public static Tolerance None { get; }

    /// <summary>The allowance in the metric's own unit.</summary>
    public double Of(double baseline) => IsRelative ? Math.Abs(baseline) * Value : Value;

    /// <inheritdoc/>
    public override string ToString() => IsRelative ? $"{Value * 100:0.####}%" : $"{Value:0.######}";
}

/// <summary>Where a value must lie, kept as the manifest wrote it.</summary>
/// <param name="Low">The lower bound, or null.</param>
/// <param name="LowIncluded">Whether the lower bound itself lies inside.</param>
/// <param name="High">The upper bound, or null.</param>
/// <param name="HighIncluded">Whether the upper bound itself lies inside.</param>
/// <param name="Text">As written: <c>&gt;= 0.92</c>, <c>0.1..0.4</c>.</param>
public sealed record Interval(double? Low, bool LowIncluded, double? High, bool HighIncluded, string Text)
{
    /// <summary>Whether a value lies inside; NaN lies nowhere.</summary>
    public bool Contains(double value) =>
        !double.IsNaN(value)
        && (Low is not { } low || (LowIncluded ? value >= low : value > low))
        && (High is not { } high || (HighIncluded ? value <= high : value < high));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
