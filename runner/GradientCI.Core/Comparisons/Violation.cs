using System.Collections.Immutable;
using GradientCI.Specs;

namespace GradientCI.Comparisons;

/// <summary>By how much constraints are broken.</summary>
/// <remarks>
/// A broken constraint counts how far the value lies outside, in parts of the bound that it missed (of 1 where that bound is 0): 30 ms
/// where at most 20 are allowed is 0.5. So milliseconds and shares can be added up, and nothing depends on what else was seen.
/// </remarks>
public static class Violation
{
    // A value on a bound that is not included breaks it, though by nothing.
    private const double Least = 1e-9;

    /// <summary>The sum over constraints: 0 when all are kept, infinite when a metric is missing or NaN.</summary>
    /// <param name="constraints">The constraints.</param>
    /// <param name="valueOf">The value of a metric, or null when it is missing.</param>
    public static double Of(ImmutableArray<ConstraintSpec> constraints, Func<string, double?> valueOf) =>
        constraints.Sum(constraint => Of(constraint.Target, valueOf(constraint.Metric) ?? double.NaN));

    private static double Of(Interval target, double value)
    {
        if (target.Contains(value))
        {
            return 0;
        }

        var missed = target.Low is { } low && !(value > low) ? low : target.High;
        return missed is not { } bound || double.IsNaN(value) ? double.PositiveInfinity
            : Math.Max(Least, Math.Abs(value - bound) / (bound == 0 ? 1 : Math.Abs(bound)));
    }
}
