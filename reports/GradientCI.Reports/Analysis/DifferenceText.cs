using System.Buffers;
using System.Globalization;
using GradientCI.Comparisons;

namespace GradientCI.Reports.Analysis;

/// <summary>Differences between a run and its baseline, in words.</summary>
/// <remarks>
/// A difference is given in points (× 100) when the metric is a score between 0 and 1: its name has one of the words
/// below, split at anything that is no letter or digit, and both values lie in [0, 1]. So <c>val_acc</c> from 0.926
/// to 0.934 is "+0.8 points" while <c>acc_ms</c> from 12 to 14 is "+2 (+17 %)". Any other metric shows the difference in its own
/// unit, with percent of the baseline when that is not zero and less than tenfold.
/// </remarks>
public static class DifferenceText
{
    private static readonly HashSet<string> Scores = new(StringComparer.OrdinalIgnoreCase)
    {
        "acc", "accuracy", "top1", "top5", "auc", "auroc", "auprc", "f1", "precision", "recall", "sensitivity",
        "specificity", "iou", "miou", "dice", "map", "map50", "ndcg", "mrr", "em",
    };

    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>Whether the metric is spoken of in points.</summary>
    public static bool IsScore(string metric, double value, double baseline)
    {
        if (!(value is >= 0 and <= 1 && baseline is >= 0 and <= 1))
        {
            return false;
        }

        var rest = metric.AsSpan();
        while (rest.IndexOfAny(WordCharacters) is >= 0 and var start)
        {
            rest = rest[start..];
            var length = rest.IndexOfAnyExcept(WordCharacters) is >= 0 and var end ? end : rest.Length;
            if (Scores.GetAlternateLookup<ReadOnlySpan<char>>().Contains(rest[..length]))
            {
                return true;
            }

            rest = rest[length..];
        }

        return false;
    }

    /// <summary>The size of the difference: <c>+0.8 points</c>, <c>−0.05 (−12 %)</c>, <c>unchanged</c>, <c>missing</c>.</summary>
    public static string Size(MetricComparison metric)
    {
        if (metric is not { Value: { } value, Baseline: { } baseline, Difference: { } difference })
        {
            return metric.Value is null ? metric.Baseline is null ? "missing in both" : "missing in this run" : "new, not in the baseline";
        }

        if (!double.IsFinite(difference))
        {
            return "not comparable";
        }

        if (difference == 0)
        {
            return "unchanged";
        }

        if (IsScore(metric.Metric, value, baseline))
        {
            return $"{(difference < 0 ? "−" : "+")}{Points(Math.Abs(difference) * 100)} points";
        }

        var fraction = difference / Math.Abs(baseline);
        return Math.Abs(fraction) is >= 0.0005 and < 10
            ? $"{ValueText.Difference(difference)} ({ValueText.Percent(fraction)})"
            : ValueText.Difference(difference);
    }

    /// <summary>How sure it is: <c>p = 0.03, n = 3</c>, <c>n = 1</c>; empty when a side is missing.</summary>
    public static string Evidence(MetricComparison metric)
    {
        if (metric.Difference is null)
        {
            return "";
        }

        var counts = metric.Count == metric.BaselineCount ? $"n = {metric.Count}" : $"n = {metric.Count} and {metric.BaselineCount}";
        return metric.PValue is { } p ? $"{P(p)}, {counts}" : counts;
    }

    /// <summary>Size and evidence in one phrase: <c>+0.8 points, p = 0.03, n = 3</c>, <c>within noise (p = 0.41, n = 3)</c>.</summary>
    public static string Phrase(MetricComparison metric) => metric.Verdict switch
    {
        Verdict.WithinNoise => $"within noise ({Evidence(metric)})",
        _ when Evidence(metric) is { Length: > 0 } evidence => $"{Size(metric)}, {evidence}",
        _ => Size(metric),
    };

    /// <summary>A mean with half its interval, which has two digits: <c>0.932 ± 0.005</c>.</summary>
    public static string PlusMinus(double mean, double? halfWidth) =>
        halfWidth is { } half ? $"{ValueText.Of(mean)} ± {HalfWidth(half)}" : ValueText.Of(mean);

    /// <summary>Half an interval, with two digits.</summary>
    public static string HalfWidth(double half) => ValueText.Of(double.Parse(half.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    /// <summary>The verdict in one word or two.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Unknown => "unknown",
        Verdict.Unchanged => "unchanged",
        Verdict.WithinNoise => "within noise",
        Verdict.Better => "better",
        Verdict.Worse => "worse",
        _ => "different",
    };

    private static string Points(double points) => points switch
    {
        >= 0.095 => $"{points:0.0}",
        >= 0.0095 => $"{points:0.00}",
        _ => ValueText.Of(points),
    };

    // Near the border of significance a third digit keeps 0.048 from being read as 0.05.
    private static string P(double p) => p switch
    {
        < 0.001 => "p < 0.001",
        < 0.00995 or (>= 0.045 and < 0.055) => $"p = {p:0.000}",
        _ => $"p = {p:0.00}",
    };
}
