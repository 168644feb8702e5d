using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Reports.Comments;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Answers;

/// <summary>Runs and checks in the one line of a commit status. Pure.</summary>
internal static class StatusTexts
{
    // One less than GitHub takes: a text that is cut gets an ellipsis.
    private const int Limit = 139;
    private const int NameLimit = 40;
    private const int ValuesLimit = 70;

    public static string Fit(string text) => PlainText.Of(text, Limit);

    /// <summary>Two texts before the end, whatever the trials do: each text is a call.</summary>
    public static string Of(CommentedRun told) => Fit(told.Report is { } report ? Ended(report) : told.Run.State switch
    {
        RunState.Queued => $"{told.Run.Id} is queued",
        _ => $"{told.Run.Id} is running",
    });

    public static StatusState StateOf(CommentedRun told) => told.Report?.Headline.Outcome switch
    {
        Outcome.Passed => StatusState.Success,
        Outcome.Failed => StatusState.Failure,
        Outcome.Cancelled or Outcome.Errored => StatusState.Error,
        _ => StatusState.Pending,
    };

    /// <summary>A check that was not made holds nothing up.</summary>
    public static StatusState StateOf(CheckResult check) => check.Status == CheckStatus.Failed ? StatusState.Failure : StatusState.Success;

    private static string Ended(Report report)
    {
        var run = report.Run.Run;
        if (report.Headline.Outcome is Outcome.Cancelled or Outcome.Errored)
        {
            return $"{run.Id} {report.Headline.Word}{(run.Problem.Length > 0 ? $": {run.Problem}" : "")}";
        }

        string[] parts = [Best(report), Difference(report), Checks(report), Failed(report)];
        var said = string.Join(", ", parts.Where(part => part.Length > 0));
        return said.Length > 0 ? said
            : report.Headline.Reasons is [var reason, ..] ? reason
            : report.Run.Trials.Length == 1 ? "1 trial succeeded" : $"{report.Run.Trials.Length} trials ended";
    }

    private static string Best(Report report) =>
        report is not { Objective: not null, Best: { Mean: { } mean } best } ? ""
        : best.Results.Length > 1 ? PlainText.Of(FrontText.Values(best), ValuesLimit)
        : DifferenceText.PlusMinus(mean, best.HalfWidth);

    private static string Difference(Report report)
    {
        if (report is not { ObjectiveComparison: { Difference: not null } difference, Baseline.Run: var baseline })
        {
            return "";
        }

        var name = PlainText.Of(baseline.Commit.RefName.Length > 0 ? baseline.Commit.RefName : baseline.Id.ToString(), NameLimit);
        if (report.Run.Run.Spec.Objectives.Length > 1)
        {
            // No single difference stands for the run.
            return report.Comparison?.Front is { } front ? $"hypervolume {FrontText.Size(front)} vs {name}" : "";
        }

        return difference.Verdict switch
        {
            Verdict.Unchanged => $"unchanged vs {name}",
            Verdict.WithinNoise => $"within noise of {name}",
            _ => $"{DifferenceText.Size(difference).Replace(" points", " pts", StringComparison.Ordinal)} vs {name}",
        };
    }

    private static string Checks(Report report)
    {
        var made = report.Checks.Count(check => check.Status != CheckStatus.Skipped);
        return made == 0 ? "" : $"{report.Checks.Count(check => check.Status == CheckStatus.Passed)}/{made} {(made == 1 ? "check" : "checks")}";
    }

    private static string Failed(Report report)
    {
        var failed = report.Run.Trials.Count(trial => trial.Trial.State.HasFailed());
        return failed == 0 ? "" : $"{failed} of {report.Run.Trials.Length} trials failed";
    }
}
