using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Reports.Analysis;

/// <summary>What a run came to by its own record, without its trials: for lists.</summary>
public static class BestText
{
    /// <summary>
    /// <c>val_acc 0.93</c>; of several objectives the best of each, and of how many sets the front is: <c>val_acc 0.93 · latency_ms 8 · front of 4</c>.
    /// Empty while nothing is known. Untrusted text.
    /// </summary>
    public static string Of(Run run) => run switch
    {
        { Front: { } front } when front.Best.Length == run.Spec.Objectives.Length =>
            string.Join(" · ", run.Spec.Objectives.Zip(front.Best).Select(each => $"{each.First.Metric} {ValueText.Of(each.Second)}").Append($"front of {front.Sets:N0}")),
        { Best: { } best } => $"{run.Spec.Objective?.Metric} {ValueText.Of(best)}",
        _ => "",
    };
}
