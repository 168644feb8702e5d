using GradientCI.Checks;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Reports.Comments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Answers;

/// <summary>What the statuses of a commit are to say. Pure.</summary>
internal static class CommitStatuses
{
    /// <summary>The context of what stands beside runs; those of runs and checks are below it.</summary>
    public const string Context = "gradientci";

    // GitHub takes 255 characters.
    private const int ContextLength = 200;

    /// <summary>The status of a run, which is also the name of its check run.</summary>
    public static AnswerLane LaneOf(Run run) => AnswerLane.Status(run.Commit.Sha, NameOf(run));

    /// <summary>The status of a check.</summary>
    public static AnswerLane LaneOf(Run run, string metric) => AnswerLane.Status(run.Commit.Sha, PlainText.Of($"{NameOf(run)}/{metric}", ContextLength));

    /// <summary>The name of a run among a commit's statuses.</summary>
    public static string NameOf(Run run) => $"{Context}/{run.Id.Experiment}";

    /// <summary>The status of a run.</summary>
    public static WantedAnswer OfRun(CommentedRun told) =>
        new StatusContent(StatusTexts.StateOf(told), StatusTexts.Of(told), told.Links?.Page).In(LaneOf(told.Run));

    /// <summary>The statuses of the required checks of a run that has ended.</summary>
    public static IEnumerable<WantedAnswer> OfChecks(CommentedRun told) =>
        from check in told.Report?.Checks ?? []
        where check.Spec.Required
        select OfCheck(told, check).In(LaneOf(told.Run, check.Spec.Metric));

    /// <summary>The status of a check while its run goes on.</summary>
    public static WantedAnswer OfOpenCheck(CommentedRun told, string metric) =>
        new StatusContent(StatusState.Pending, StatusTexts.Fit($"{told.Run.Id} has not ended"), told.Links?.Page).In(LaneOf(told.Run, metric));

    /// <summary>What stands beside runs, or null when nothing is to be said of it.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="remarks">What stands there.</param>
    /// <param name="said">What the status said last, or null when there is none.</param>
    /// <param name="hasRuns">Whether anything runs or ran there.</param>
    public static WantedAnswer? OfRemarks(CommitToAnswer commit, IReadOnlyCollection<CommitRemark> remarks, StatusContent? said, bool hasRuns)
    {
        var remark = remarks.OrderBy(each => each.Kind == RemarkKind.Failure ? 0 : 1).ThenBy(each => each.Source, StringComparer.Ordinal).FirstOrDefault();
        StatusContent? content = remark switch
        {
            { Kind: RemarkKind.Failure } => new(StatusState.Failure, StatusTexts.Fit(remark.Sentence), null),
            { } => new(StatusState.Pending, StatusTexts.Fit(remark.Sentence), null),
            null when said is null || said.State == StatusState.Success || !hasRuns => null,
            null => new(StatusState.Success, said.State == StatusState.Pending ? "Approved, and on its way." : "The manifest is valid again.", null),
        };
        return content?.In(AnswerLane.Status(commit.Sha, Context));
    }

    // A run that was cancelled or broke tells nothing of its metrics: a missing value is no verdict.
    private static StatusContent OfCheck(CommentedRun told, CheckResult check) => told.Report!.Headline.Outcome is Outcome.Cancelled or Outcome.Errored
        ? new(StatusState.Error, StatusTexts.Of(told), told.Links?.Page)
        : new(StatusTexts.StateOf(check), StatusTexts.Fit(check.Text), told.Links?.Page);
}
