using GradientCI.Comparisons;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Checks;

/// <summary>How much worse than its baseline a value may be.</summary>
internal static class Allowance
{
    // 0.4 - 0.1 is a little more than 0.3; a value exactly at the limit is allowed all the same.
    private const double Slack = 1e-12;

    /// <summary>Whether a value is worse by no more than is tolerated. What is not finite is not allowed.</summary>
    public static bool Allows(CheckSpec check, double value, double baseline)
    {
        var loss = check.Better == Direction.Maximize ? baseline - value : value - baseline;
        return double.IsFinite(value)
            && loss <= check.Tolerance.Of(baseline) + (Slack * Math.Max(Math.Abs(value), Math.Abs(baseline)));
    }

    /// <summary><c>0.934, base 0.926, +0.86 %, allowed −5 %</c>.</summary>
    public static string Text(CheckSpec check, double value, double baseline)
    {
        var worse = check.Better == Direction.Maximize ? -1 : 1;
        var tolerance = worse * check.Tolerance.Value;
        var isRelative = baseline != 0 && (check.Tolerance.IsRelative || check.Tolerance.Value == 0);
        var change = isRelative
            ? ValueText.Percent((value - baseline) / Math.Abs(baseline))
            : ValueText.Difference(value - baseline);
        var allowed = check.Tolerance.Value == 0 ? "nothing worse"
            : check.Tolerance.IsRelative ? ValueText.Percent(tolerance)
            : ValueText.Difference(tolerance);
        return $"{ValueText.Of(value)}, base {ValueText.Of(baseline)}, {change}, allowed {allowed}";
    }
}
