using GradientCI.Cli.Commands;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;
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
        var (caller, terminal) = (session.Terminal.Caller!, session.Terminal);
        await using var asked = await caller.Requests.OpenAsync((await caller.GetProjectAsync(session.Store, cancellationToken)).Id, cancellationToken);
        var commit = await asked.FindCommitAsync(request.Commit, cancellationToken);
        var manifest = await CommitManifest.ReadAsync(asked.Repository, commit, terminal, cancellationToken);
        var baseline = request.Baseline is null ? null : await asked.FindCommitAsync(request.Baseline, cancellationToken);

        // All of them before the first is recorded: one that cannot be run so is wrong use, and nothing was done.
        var orders = CommitManifest.Select(manifest, request.Experiments).Select(spec => asked.Order(commit, manifest, request.WithCache(spec), request.Overrides)).ToList();
        var runs = new List<Run>();
        foreach (var order in orders.Select(order => order with { BaselineCommit = baseline, By = session.Sign() }))
        {
            await BaseRun.PointOutAsync(order, asked.Repository, asked.Planner, terminal, cancellationToken);
            runs.Add(await asked.Planner.PlanAsync(order, cancellationToken));
        }

        caller.Recorded.Ring();
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

        await new RunWatcher(run.Id, WatchedRecord.Of(session)).FollowAsync(new SilentObserver(), cancellationToken);
        var report = await RunReports.MakeAsync(session.Store, run.Id, null, cancellationToken);
        session.Terminal.Out.Write(ReportFormats.Json.Write(report));
        return RunToReport.CodeOf(report);
    }
}
