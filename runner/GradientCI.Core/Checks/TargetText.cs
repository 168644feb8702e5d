using System.Globalization;
using GradientCI.Comparisons;
using GradientCI.Specs;

namespace GradientCI.Checks;

/// <summary>How a value stands to its target: <c>0.934 ≥ 0.92</c>, <c>0.5 outside 0.1..0.4</c>.</summary>
internal static class TargetText
{
    /// <summary>Words for a value, inside or not.</summary>
    public static string Of(Interval target, double value)
    {
        var text = Exact(target, value);
        if (!double.IsFinite(value))
        {
            return text;
        }

        var inside = target.Contains(value);
        return (target.Low, target.High) switch
        {
            (null, null) => text,
            ({ } low, null) => $"{text} {Sign(inside, target.LowIncluded, "≥", ">", "<", "≤")} {Plain(low)}",
            (null, { } high) => $"{text} {Sign(inside, target.HighIncluded, "≤", "<", ">", "≥")} {Plain(high)}",
            ({ } low, { } high) when low == high => $"{text} {(inside ? "=" : "≠")} {Plain(low)}",
            _ => $"{text} {(inside ? "inside" : "outside")} {target}",
        };
    }

    // 0.91999 must not be rounded to the 0.92 that it misses.
    private static string Exact(Interval target, double value)
    {
        var rounded = ValueText.Of(value);
        return target.Contains(double.Parse(rounded, CultureInfo.InvariantCulture)) == target.Contains(value) ? rounded : Plain(value);
    }

    private static string Sign(bool inside, bool included, string within, string strictlyWithin, string beyond, string orBeyond) =>
        inside ? (included ? within : strictlyWithin) : (included ? beyond : orBeyond);

    private static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
