using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Reports.Comments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Portal;

namespace GradientCI.Webhook.Answers;

/// <summary>Reads what stands at a commit, and says what its statuses, check runs and comments are to say.</summary>
/// <remarks>Everything follows from the record as it is now: whoever composes twice gets the same, and nothing depends on what happened when.</remarks>
/// <param name="runs">The runs.</param>
/// <param name="repositories">Pull requests and remarks.</param>
/// <param name="answers">What was said before.</param>
/// <param name="commands">What was asked for in comments.</param>
/// <param name="links">Addresses of pages, or null when nobody outside can reach them.</param>
public sealed class AnswerComposer(IExperimentStore runs, IForgeStore repositories, IAnswerStore answers, ICommandStore commands, PortalLinks? links)
{
    private const int MostRuns = 1_000;
    private const int MostEarlier = 50;
    private const int MostCommands = 5;
    private const int MostCommandedRuns = 5;

    /// <summary>What is wanted at a commit.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="hasCheckRuns">Whether its forge takes check runs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ImmutableArray<WantedAnswer>> ComposeAsync(CommitToAnswer commit, bool hasCheckRuns, CancellationToken cancellationToken)
    {
        var remarks = await repositories.ListRemarksAsync(commit.Project, commit.Sha, cancellationToken);
        var pulls = (await repositories.ListPullRequestsAsync(commit.Project, commit.Sha, cancellationToken)).Where(pull => pull.Head == commit.Sha).ToList();
        var told = await TellAsync(commit, cancellationToken);
        var wanted = new List<WantedAnswer>();
        foreach (var run in told)
        {
            wanted.Add(CommitStatuses.OfRun(run));
            wanted.AddRange(run.Report is null ? await OpenChecksAsync(run, cancellationToken) : CommitStatuses.OfChecks(run));
            wanted.AddRange(hasCheckRuns ? [CheckOf(run)] : []);
        }

        var said = await SaidAsync(commit, cancellationToken);
        wanted.AddRange(CommitStatuses.OfRemarks(commit, remarks, said, !told.IsEmpty) is { } status ? [status] : []);
        foreach (var pull in pulls)
        {
            wanted.AddRange(await CommentAsync(pull, told, remarks, cancellationToken) is { } comment ? [comment] : []);
        }

        return [.. wanted.DistinctBy(answer => answer.Lane, StringComparer.Ordinal)];
    }

    private async Task<ImmutableArray<CommentedRun>> TellAsync(CommitToAnswer commit, CancellationToken cancellationToken)
    {
        var told = ImmutableArray.CreateBuilder<CommentedRun>();
        foreach (var run in await NewestAsync(commit.Project, commit.Sha, cancellationToken))
        {
            if (await TellAsync(run, null, cancellationToken) is { } each)
            {
                told.Add(each);
            }
        }

        return told.ToImmutable();
    }

    // A run that was deleted meanwhile has nothing to say; one that was taken up again marks its commit anew.
    private async Task<CommentedRun?> TellAsync(Run run, RunId? against, CancellationToken cancellationToken)
    {
        if (!run.HasEnded)
        {
            return new CommentedRun(run, null, links is null ? null : new ReportLinks(links.Page(run.Id), []));
        }

        return await StoredReports.MakeAsync(runs, new ReportQuery(run.Id) { Baseline = against }, cancellationToken) is { } report
            ? new CommentedRun(run, report, links?.Of(report))
            : null;
    }

    // A comparison is told once its run has ended; the metrics of one that goes on are half of what they will be.
    private async Task<ImmutableArray<CommentedCommand>> AskedAsync(PullRequest pull, CancellationToken cancellationToken)
    {
        var asked = ImmutableArray.CreateBuilder<CommentedCommand>();
        foreach (var command in await commands.ListCommandsAsync(pull.Project, pull.Number, pull.Head, MostCommands, cancellationToken))
        {
            var told = ImmutableArray.CreateBuilder<CommandedResult>();
            foreach (var (id, against) in command.Runs.Take(MostCommandedRuns))
            {
                if (await runs.FindRunAsync(id, cancellationToken) is { } run && await TellAsync(run, against, cancellationToken) is { } result)
                {
                    told.Add(new CommandedResult(result, against));
                }
            }

            asked.Add(new CommentedCommand(command.Text, command.By, command.Outcome == CommandOutcome.Done, command.Sentence, told.ToImmutable()));
        }

        return asked.ToImmutable();
    }

    /// <summary>The newest run of each experiment at a commit, by name; not those whose values somebody changed by hand.</summary>
    private async Task<ImmutableArray<Run>> NewestAsync(ProjectId project, CommitSha sha, CancellationToken cancellationToken)
    {
        var all = await runs.ListRunsAsync(new RunQuery { Project = project, Commit = sha, Limit = MostRuns }, cancellationToken);
        return [.. all.Where(run => run.Overrides.IsEmpty).DistinctBy(run => run.Id.Experiment, StringComparer.Ordinal).OrderBy(run => run.Id.Experiment, StringComparer.Ordinal)];
    }

    // A check says that it waits only where it said something before, after a retry: each first "pending" would be a call for nothing.
    private async Task<IEnumerable<WantedAnswer>> OpenChecksAsync(CommentedRun told, CancellationToken cancellationToken)
    {
        var wanted = new List<WantedAnswer>();
        foreach (var check in told.Run.Spec.Checks.Where(check => check.Required))
        {
            if (await answers.FindAnswerAsync(told.Run.Id.Project, CommitStatuses.LaneOf(told.Run, check.Metric).ToString(), cancellationToken) is not null)
            {
                wanted.Add(CommitStatuses.OfOpenCheck(told, check.Metric));
            }
        }

        return wanted;
    }

    private async Task<StatusContent?> SaidAsync(CommitToAnswer commit, CancellationToken cancellationToken)
    {
        var lane = AnswerLane.Status(commit.Sha, CommitStatuses.Context).ToString();
        return await answers.FindAnswerAsync(commit.Project, lane, cancellationToken) is { } answer
            ? JsonSerializer.Deserialize(answer.Json, AnswerJson.Default.StatusContent)
            : null;
    }

    private static WantedAnswer CheckOf(CommentedRun told)
    {
        var title = StatusTexts.Of(told);
        var summary = told.Report is { } report ? CommentFormat.WriteReport(report, told.Links) : $"The report follows when `{told.Run.Id}` has ended.";
        return new CheckContent(StatusTexts.StateOf(told), title, summary, told.Links?.Page, told.Run.Id.ToString())
            .In(AnswerLane.Check(told.Run.Commit.Sha, CommitStatuses.NameOf(told.Run)));
    }

    private async Task<WantedAnswer?> CommentAsync(
        PullRequest pull, ImmutableArray<CommentedRun> told, ImmutableArray<CommitRemark> remarks, CancellationToken cancellationToken)
    {
        var lane = AnswerLane.Comment(pull.Number);
        var isThere = await answers.FindAnswerAsync(pull.Project, lane.ToString(), cancellationToken) is not null;
        ImmutableArray<CommentedRun> shown = [.. told.Where(run => CommentRules.Includes(run, isThere))];
        var asked = await AskedAsync(pull, cancellationToken);
        if ((shown.IsEmpty && remarks.IsEmpty && asked.IsEmpty && (!isThere || !told.IsEmpty)) || (!pull.IsOpen && !isThere))
        {
            return null;
        }

        var earlier = ImmutableArray.CreateBuilder<EarlierHead>();
        foreach (var head in pull.Heads.Where(head => head != pull.Head).Distinct().Reverse().Take(MostEarlier))
        {
            earlier.Add(new EarlierHead(head, await NewestAsync(pull.Project, head, cancellationToken)));
        }

        var marker = $"<!-- gradientci {pull.Number} {pull.Project} -->";
        var said = remarks.Select(remark => new CommentRemark(remark.Kind == RemarkKind.Waiting, remark.Sentence, remark.Detail));
        var body = CommentFormat.Write(new PullRequestComment(marker, pull.Head, shown, [.. said], earlier.ToImmutable()) { Commands = asked });
        return new CommentContent(marker, body).In(lane);
    }
}
