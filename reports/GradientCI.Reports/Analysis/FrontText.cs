using GradientCI.Comparisons;

namespace GradientCI.Reports.Analysis;

/// <summary>What several objectives came to, in words.</summary>
public static class FrontText
{
    /// <summary>The values of a set: <c>val_acc 0.93 ± 0.005, latency_ms 12</c>; what is missing is left out. Untrusted text.</summary>
    public static string Values(ParameterSetResult set) => string.Join(", ", set.Results
        .Where(result => result.Mean is not null)
        .Select(result => $"{result.Objective.Metric} {DifferenceText.PlusMinus(result.Mean!.Value, result.HalfWidth)}"));

    /// <summary>The difference of two fronts: <c>+11 %</c>, <c>unchanged</c>.</summary>
    public static string Size(FrontComparison front) =>
        front.Verdict == Verdict.Unchanged ? "unchanged"
        : front.Baseline > 0 ? ValueText.Percent((front.Value - front.Baseline) / front.Baseline)
        : ValueText.Difference(front.Value - front.Baseline);

    /// <summary>Value and difference in one phrase: <c>0.71, was 0.64 (+11 %)</c>.</summary>
    public static string Phrase(FrontComparison front) =>
        front.Verdict == Verdict.Unchanged ? $"{ValueText.Of(front.Value)}, unchanged" : $"{ValueText.Of(front.Value)}, was {ValueText.Of(front.Baseline)} ({Size(front)})";

    /// <summary>How many sets are behind it: <c>front of 5, was 4</c>.</summary>
    public static string Evidence(FrontComparison front) => $"front of {front.Count:N0}, was {front.BaselineCount:N0}";
}
