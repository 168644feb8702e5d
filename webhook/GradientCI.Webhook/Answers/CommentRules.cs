using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Reports.Comments;
using GradientCI.Specs;

namespace GradientCI.Webhook.Answers;

/// <summary>Which runs a comment tells of. Pure.</summary>
internal static class CommentRules
{
    /// <summary>What <c>report.comment</c> of the run's manifest asks for.</summary>
    /// <param name="told">The run.</param>
    /// <param name="isThere">Whether the pull request has its comment: one that is there must not go out of date.</param>
    public static bool Includes(CommentedRun told, bool isThere) => told.Run.Spec.Report.Comment switch
    {
        CommentMode.Never => false,
        CommentMode.OnChange => isThere || (told.Report is { } report && Differs(report)),
        _ => true,
    };

    /// <summary>
    /// Whether there is something new to read: no baseline, a run that did not end well, a best value that differs beyond noise (any metric,
    /// when there is no objective), another front, or a check with another result than at the baseline.
    /// </summary>
    public static bool Differs(Report report) =>
        report.Baseline is null
        || report.Headline.Outcome != Outcome.Passed
        || (report.Objective is null ? report.Comparison!.Metrics.Any(IsNew) : report.ObjectiveComparison is not { } best || IsNew(best))
        || report.Comparison!.Front is { Verdict: not Verdict.Unchanged }
        || ChecksDiffer(report, report.Baseline);

    private static bool IsNew(MetricComparison metric) => metric.Verdict is not (Verdict.Unchanged or Verdict.WithinNoise);

    // A check against the baseline has no result there; one that was not made says nothing.
    private static bool ChecksDiffer(Report report, RunSnapshot baseline)
    {
        var before = CheckEvaluation.Evaluate(baseline with { IsPullRequest = true, Run = baseline.Run with { Spec = report.Run.Run.Spec } }, null);
        return report.Checks.Zip(before).Any(pair =>
            pair.First.Status != CheckStatus.Skipped && pair.First.Status != (pair.First.Spec.AgainstBase ? CheckStatus.Passed : pair.Second.Status));
    }
}
