using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>Values on one side, pixels on the other.</summary>
/// <param name="Low">The least value, finite.</param>
/// <param name="High">The greatest, above the least.</param>
/// <param name="Scale">Linear, or logarithmic with positive bounds.</param>
/// <param name="Ticks">Places to mark.</param>
internal sealed record Axis(double Low, double High, Scale Scale, ImmutableArray<Tick> Ticks)
{
    /// <summary>The share of the axis that is left free at either end.</summary>
    private const double Margin = 0.04;

    /// <summary>An axis around finite values; with none it is 0 to 1. Values ≤ 0 make a log axis linear.</summary>
    public static Axis Around(double min, double max, Scale scale, bool tight = false)
    {
        if (!double.IsFinite(min) || !double.IsFinite(max))
        {
            (min, max) = (0, 1);
        }

        scale = scale == Scale.Log && min > 0 ? Scale.Log : Scale.Linear;
        var (low, high) = scale == Scale.Log ? Multiplied(min, max, tight) : Widened(min, max, tight);
        return new Axis(low, high, scale, scale == Scale.Log ? Charts.Ticks.Log(low, high) : Charts.Ticks.Linear(low, high));
    }

    /// <summary>An axis with a place for each of some names.</summary>
    public static Axis Columns(IReadOnlyList<string> names) =>
        new(-0.5, names.Count - 0.5, Scale.Linear, [.. names.Select((name, index) => new Tick(index, name))]);

    /// <summary>Where a value lies, 0 at the low end and 1 at the high; NaN for what a log axis cannot show.</summary>
    public double Position(double value) => Scale == Scale.Log
        ? value > 0 ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low)) : double.NaN
        : ((value / 2) - (Low / 2)) / ((High / 2) - (Low / 2));

    private static (double Low, double High) Widened(double min, double max, bool tight)
    {
        if (min < max && tight)
        {
            return (min, max);
        }

        var span = (max / 2) - (min / 2);
        var by = span > 0 ? span * 2 * Margin : Math.Max(Math.Abs(min) * 0.1, 1e-300);
        by = span == 0 && min == 0 ? 1 : double.IsFinite(by) ? by : 0;
        double low = Math.Max(min - by, -double.MaxValue), high = Math.Min(max + by, double.MaxValue);
        return low < high ? (low, high) : (Math.BitDecrement(low), Math.BitIncrement(high));
    }

    private static (double Low, double High) Multiplied(double min, double max, bool tight)
    {
        var span = Math.Log(max) - Math.Log(min);
        var by = span < 1e-9 ? 2 : tight ? 1 : Math.Exp(span * Margin);
        double low = Math.Max(min / by, double.Epsilon), high = Math.Min(max * by, double.MaxValue);
        return low < high ? (low, high) : (low, Math.BitIncrement(high));
    }
}
