using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>What a pull request starts, and what it waits for, as far as the mirror has it. Nothing is fetched.</summary>
/// <remarks>Taking one again changes nothing, so an approval only has to be recorded before.</remarks>
public sealed class PullRequestRuns(DataFolder data, IExperimentStore store, IForgeStore forges, Provenance provenance, string executor, TimeProvider time)
{
    /// <summary>The source of the remark that a fork's commit waits.</summary>
    public const string ApprovalSource = "approval";

    private const string Closed = "was closed.";

    /// <summary>Records what follows from a pull request as it is now.</summary>
    /// <returns>Sentences about it.</returns>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    public async Task<ImmutableArray<string>> TakeAsync(ForgeRepository repository, PullRequest pull, CancellationToken cancellationToken)
    {
        var answer = new TriggerAnswer();
        foreach (var head in pull.Heads.Where(head => head != pull.Head || !pull.IsOpen))
        {
            await forges.RemoveRemarkAsync(pull.Project, head, ApprovalSource, cancellationToken);
        }

        if (!pull.IsOpen)
        {
            var cancelled = await new OpenRuns(store, time).CancelAsync(
                pull.Project, run => new PullRequestOrigin(pull.Number).IsOwn(run.Origin), $"{repository.FullName}#{pull.Number} {Closed}", cancellationToken);
            return [$"{repository.FullName}#{pull.Number} is closed; {cancelled} of its runs had not ended and are cancelled."];
        }

        await using var mirror = await GitRepository.OpenAsync(data.Mirror(pull.Project), cancellationToken);
        var keeping = new GitMirror(data.Mirror(pull.Project), time);
        var manifests = new CommitManifests(mirror, answer);
        var planner = new RunPlanner(mirror, store, provenance with { GitVersion = mirror.GitVersion }, time);
        var selection = new PullRequestSelection(mirror, manifests, answer) { Executor = executor };
        var selected = await selection.SelectAsync(pull, cancellationToken);
        await new ManifestRemarks(forges).WriteAsync(pull.Project, manifests, [pull.Head], cancellationToken);
        if (await WaitsAsync(repository, pull, selected, cancellationToken) is { } waits)
        {
            return [waits];
        }

        var recording = new RunRecording(mirror, planner, answer) { AdmitAsync = KeepAsync };
        var bases = new BaseRuns(manifests, store, recording, answer);
        foreach (var order in selected)
        {
            var run = await FindPushedAsync(order, pull, answer, cancellationToken)
                ?? await recording.RecordAsync(
                    order with { Origin = await OriginAsync(order, pull, cancellationToken), BaselineRun = await bases.FindAsync(order, cancellationToken) }, cancellationToken);
            if (run is not null)
            {
                await new Supersession(mirror, store, answer, time)
                    .SettleAsync(run, pull.Head.Value, MirrorRefs.PullRequest(pull.Number), IsOtherHead, cancellationToken);
            }
        }

        return [.. answer.Lines];

        // The heads of a branch of the same repository run for its pushes, or for the pull request, whichever was told of first.
        bool IsOtherHead(string origin) => new PullRequestOrigin(pull.Number).IsOtherHead(origin, pull.Head)
            || (!pull.IsFork && PushOrigin.IsPushTo($"refs/heads/{pull.HeadRef}", origin));

        async Task<bool> KeepAsync(RunOrder order, CancellationToken token)
        {
            await keeping.KeepAsync(order.Commit.Sha, token);
            return true;
        }
    }

    // A branch of the same repository is told of twice: as a push, and as a pull request.
    private async Task<Run?> FindPushedAsync(RunOrder order, PullRequest pull, TriggerAnswer answer, CancellationToken cancellationToken)
    {
        var query = new RunQuery { Project = order.Project, Experiment = order.Spec.Name, Commit = order.Commit.Sha };
        var pushed = pull.IsFork ? null : (await store.ListRunsAsync(query, cancellationToken)).FirstOrDefault(
            run => PushOrigin.IsPush(run.Origin) && run.State is (RunState.Queued or RunState.Running or RunState.Finished));
        if (pushed is not null)
        {
            answer.Say($"{order.Spec.Name} is not run again for pull request {pull.Number}: {pushed.Id} is of the same commit.");
            await RunJudgement.RenewAsync(pushed, store, cancellationToken);
        }

        return pushed;
    }

    // What we cancelled ourselves, when the pull request was closed or had another head for a while, runs again; what a person cancelled does not.
    private async Task<string> OriginAsync(RunOrder order, PullRequest pull, CancellationToken cancellationToken)
    {
        var origin = new PullRequestOrigin(pull.Number);
        var query = new RunQuery { Project = order.Project, Experiment = order.Spec.Name, Commit = order.Commit.Sha };
        var known = (await store.ListRunsAsync(query, cancellationToken)).Where(run => origin.IsAt(run.Origin, pull.Head)).ToList();
        return known switch
        {
            [] => order.Origin,
            [{ State: RunState.Cancelled } newest, ..] when newest.Problem.EndsWith(Closed, StringComparison.Ordinal) || newest.Problem.StartsWith(Supersession.Reason, StringComparison.Ordinal) =>
                origin.Again(pull.Head, known.Count),
            [var newest, ..] => newest.Origin,
        };
    }

    // A stranger's commit runs when somebody let exactly this one run.
    private async Task<string?> WaitsAsync(ForgeRepository repository, PullRequest pull, ImmutableArray<RunOrder> selected, CancellationToken cancellationToken)
    {
        if (!pull.IsFork || selected.IsEmpty || await forges.FindApprovalAsync(pull.Project, pull.Number, pull.Head, cancellationToken) is not null)
        {
            await forges.RemoveRemarkAsync(pull.Project, pull.Head, ApprovalSource, cancellationToken);
            return null;
        }

        var sentence = $"Waits for approval: gradientci approve {repository.FullName}#{pull.Number} (head {pull.Head.Value[..7]})";
        await forges.PutRemarkAsync(
            new CommitRemark(
                pull.Project, pull.Head, ApprovalSource, RemarkKind.Waiting, sentence,
                $"This commit comes from {(pull.HeadRepository.Length == 0 ? "a repository that is gone" : pull.HeadRepository)}. Read what it changes before you let it run on your machine: "
                + string.Join(", ", selected.Select(order => order.Spec.Name)) + ". A new commit needs a new approval. Who may push here can give it in a comment, too: /gradient approve"),
            cancellationToken);
        return sentence;
    }
}
