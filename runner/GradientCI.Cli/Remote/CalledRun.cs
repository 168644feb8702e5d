using GradientCI.Cli.Commands;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Stores;

namespace GradientCI.Cli.Remote;

/// <summary>Runs that a service records for a caller: its worker drives them, whether somebody looks on or not.</summary>
internal static class CalledRun
{
    /// <summary><c>gradientci run</c>.</summary>
    public static async Task<int> StartAsync(RunRequest request, Session session, CancellationToken cancellationToken)
    {
        var project = await session.Terminal.Caller!.GetProjectAsync(session.Store, cancellationToken);
        await using var repository = await GitRepository.OpenAsync(project.Location, cancellationToken);
        var commit = await FindCommitAsync(request.Commit, repository, project, session, cancellationToken);
        var manifest = await CommitManifest.ReadAsync(repository, commit, session.Terminal, cancellationToken);
        var baseline = request.Baseline is null ? null : await FindCommitAsync(request.Baseline, repository, project, session, cancellationToken);
        using var machine = await Machine.PrepareAsync(session, request.Runner, cancellationToken);
        await using var site = RunSite.Open(session, repository, project, machine, WorkerId.None);
        var runs = new List<Run>();
        foreach (var spec in CommitManifest.Select(manifest, request.Experiments).Select(spec => SpecOverrides.Apply(spec, request.Overrides)).Select(request.WithCache))
        {
            _ = machine.Slots.MostAtOnce(spec.Resources);
            var order = new RunOrder
            {
                Project = project.Id,
                Commit = commit,
                Spec = spec,
                Overrides = request.Overrides,
                ManifestDigest = manifest.Digest,
                Executor = request.Runner.Executor,
                BaselineCommit = baseline,
                By = session.Sign(),
            };
            await BaseRun.MakeIfAskedAsync(order, request with { Detach = true }, site, cancellationToken);
            var run = await site.Planner.PlanAsync(order, cancellationToken);
            runs.Add(run);
        }

        session.Terminal.Caller.Recorded.Ring();
        var worst = ExitCodes.Done;
        foreach (var run in runs)
        {
            worst = Math.Max(worst, await TellAsync(run, request, session, cancellationToken));
        }

        return worst;
    }

    /// <summary><c>gradientci retry</c>.</summary>
    public static async Task<int> RetryAsync(RunReference named, bool json, Session session, CancellationToken cancellationToken)
    {
        var (run, trial) = named;
        if (!run.HasEnded && (await WorkerRoster.ReadAsync(session.Data, session.Store, cancellationToken)).Covers(run))
        {
            throw new GradientException(FailureKind.Usage, $"{run.Id} is being driven by another process.", $"Watch it with: gradientci watch {run.Id}");
        }

        run = await new RunRevival(session.Store, session.Store, WorkerId.None, session.Terminal.Time).QueueAgainAsync(run, trial, session.Sign(), cancellationToken);
        session.Terminal.Caller!.Recorded.Ring();
        return await LookOnAsync(run, json, session, cancellationToken);
    }

    private static Task<int> TellAsync(Run run, RunRequest request, Session session, CancellationToken cancellationToken)
    {
        if (!request.Detach)
        {
            return LookOnAsync(run, request.Json, session, cancellationToken);
        }

        session.Terminal.Out.WriteLine(run.Id);
        return Task.FromResult(ExitCodes.Done);
    }

    // What whoever runs it himself would have seen.
    private static async Task<int> LookOnAsync(Run run, bool json, Session session, CancellationToken cancellationToken)
    {
        if (!json)
        {
            return await WatchCommand.WatchAsync(run, json: false, session, cancellationToken);
        }

        await new RunWatcher(run.Id, session).FollowAsync(new SilentObserver(), cancellationToken);
        var report = await RunReports.MakeAsync(session.Store, run.Id, null, cancellationToken);
        session.Terminal.Out.Write(ReportFormats.Json.Write(report));
        return RunToReport.CodeOf(report);
    }

    private static async Task<Commit> FindCommitAsync(string revision, GitRepository repository, Project project, Session session, CancellationToken cancellationToken)
    {
        Commit commit;
        try
        {
            commit = await repository.ResolveCommitAsync(revision, cancellationToken);
        }
        catch (GradientException problem) when (problem.Kind == FailureKind.Usage && revision.Length >= 40)
        {
            throw new GradientException(FailureKind.Usage, $"The service has no commit {Plain.Line(revision[..12])}.", "Push it, and try again when the service has heard of it.");
        }

        if (await session.Store.FindRepositoryAsync(project.Id, cancellationToken) is { } forge)
        {
            // The mirror has commits of forks too. Those run when somebody approves them, and with what the base branch says of trust.
            if (!await new PublishedCommits(repository).ContainAsync(commit.Sha, cancellationToken))
            {
                throw new GradientException(
                    FailureKind.Usage, $"{commit.Sha.Short} is in no branch and no tag of {forge.FullName}.", "A commit of a fork runs when it is approved: gradientci approve");
            }

            await new GitMirror(repository.Location, session.Terminal.Time).KeepAsync(commit.Sha, cancellationToken);
        }

        return commit;
    }
}
