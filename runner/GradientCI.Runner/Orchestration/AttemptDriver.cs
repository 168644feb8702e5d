using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Ingestion;
using GradientCI.Runner.Secrets;
using GradientCI.Runner.Workspaces;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>One attempt of a trial, from its claim or its adoption to its record. Used once.</summary>
/// <param name="run">The run.</param>
/// <param name="claimed">The trial; its last attempt belongs to the bench's worker.</param>
/// <param name="given">The run's secrets; those of an adopted attempt are the ones that it was started with.</param>
/// <param name="sweep">Says whether it is worth its time.</param>
/// <param name="bench">What it is driven with.</param>
/// <param name="stop">Ends it from outside.</param>
/// <param name="leaving">Cancelled when this process ends and the attempt shall live on.</param>
internal sealed class AttemptDriver(Run run, Trial claimed, RunSecrets given, Sweep sweep, Workbench bench, StopSignal stop, CancellationToken leaving)
{
    private Trial _trial = claimed;
    private Attempt _attempt = claimed.Attempts[^1];
    private AttemptSecrets _secrets = AttemptSecrets.None;
    private ImmutableArray<MetricPoint> _judged = [];

    /// <summary>Starts a claimed attempt and drives it to its end.</summary>
    /// <returns>The trial: ended, or queued again.</returns>
    /// <exception cref="AttemptLostException">Another worker took the attempt over.</exception>
    /// <exception cref="GradientException">The machine broke: disk, Git, database. Nothing of the attempt runs any more.</exception>
    /// <exception cref="OperationCanceledException">This process leaves; the attempt runs on.</exception>
    public Task<Trial> StartAsync() => GuardAsync(async () =>
    {
        bench.Observer.TrialChanged(_trial);
        if (StartsAfresh())
        {
            await MoveAsync(TrialState.Starting, forgetPoints: true);
        }

        await using var workspace = await bench.Workspaces!.AcquireAsync(run.Commit.Sha, Tenancy, CancellationToken.None);
        TrialEnvironment.Prepare(run, _trial, _attempt.Id, bench.Data);
        _secrets = AttemptSecrets.Begin(run, _attempt.Id, given, bench);
        var request = AttemptRequests.Of(run, _trial, _attempt, workspace.Path, _secrets, bench);
        var ingestion = await AttemptIngestion.StartAsync(Sources(request, workspace), bench.Store, bench.Time, CancellationToken.None);
        await using var running = await bench.Executor.StartAsync(request, CancellationToken.None);
        return await WatchAsync(running, ingestion, request, workspace);
    });

    /// <summary>Goes on with an attempt that was taken over from a dead worker, wherever it stands.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public Task<Trial> AdoptAsync() => GuardAsync(async () =>
    {
        bench.Observer.TrialChanged(_trial);
        var request = AttemptRequests.ToAdopt(run, _trial, _attempt, bench.Data);
        await using var running = await bench.Executor.AdoptAsync(request, _attempt.Handle, CancellationToken.None);
        try
        {
            _secrets = AttemptSecrets.Adopt(run, _attempt.Id, bench);
            await using var workspace = bench.Workspaces?.TryAdopt(Tenancy);
            var ingestion = await AttemptIngestion.ResumeAsync(Sources(request, workspace), bench.Store, bench.Time, CancellationToken.None);
            return await WatchAsync(running, ingestion, request, workspace);
        }
        catch (Exception problem) when (problem is not (AttemptLostException or OperationCanceledException))
        {
            // A process that nobody watches would hold its GPU, and write into the next trial's files.
            await running.StopAsync(bench.Options.Grace, CancellationToken.None);
            throw;
        }
    });

    private string Tenancy => bench.Data.Tenancy(_attempt.Id);

    private async Task<Trial> GuardAsync(Func<Task<Trial>> drive)
    {
        try
        {
            return await drive();
        }
        catch (Exception problem) when (DiskSpace.IsFull(problem) && _attempt.StartedAt is null)
        {
            // It has not begun, so nothing is lost: it waits in the queue until there is room.
            return await EndAsync(new AttemptVerdict(AttemptOutcome.NotStarted, TrialState.Queued, null, "The disk was full."), []);
        }
        catch (Exception problem) when (problem is not (AttemptLostException or OperationCanceledException))
        {
            await RecordBreakAsync(problem);
            throw problem is IOException or UnauthorizedAccessException
                ? new GradientException(
                    FailureKind.Environment, $"Trial {_trial.Id} could not go on: {problem.Message}",
                    $"Check space and permissions of {bench.Data.Root}.", problem)
                : problem;
        }
    }

    // Metric files of a workspace that is gone are gone with it; the log is the attempt's alone.
    private IngestionRequest Sources(AttemptRequest request, Workspace? workspace) => new()
    {
        Attempt = _attempt.Id,
        Worker = bench.Worker,
        LogPath = bench.Data.Log(_attempt.Id),
        Masker = _secrets.Masker,
        Workspace = workspace?.Path ?? request.StateDirectory,
        Sources = workspace is null ? run.Spec.Metrics with { Files = [], TensorBoard = [] } : run.Spec.Metrics,
    };

    private async Task<Trial> WatchAsync(IRunningAttempt running, AttemptIngestion ingestion, AttemptRequest request, Workspace? workspace)
    {
        try
        {
            return await WatchToItsEndAsync(running, ingestion, request, workspace);
        }
        catch (Exception problem) when (problem is AttemptLostException or OperationCanceledException)
        {
            // The attempt lives on, and its files with it.
            workspace?.LetGo();
            throw;
        }
    }

    private async Task<Trial> WatchToItsEndAsync(IRunningAttempt running, AttemptIngestion ingestion, AttemptRequest request, Workspace? workspace)
    {
        var collection = new ArtifactCollection(bench.Data.Artifacts(_trial.Id), bench.Options.Kept);
        await using var remains = new AttemptRemains(running, workspace?.Path, [.. run.Spec.Artifacts, .. run.Spec.Metrics.Files, .. run.Spec.Metrics.TensorBoard], collection, bench);
        using var watch = new AttemptWatch(running, bench, stop) { Timeout = run.Spec.Timeout, StartedAt = _attempt.StartedAt };
        try
        {
            if (_trial.State == TrialState.Starting && !(running.Completion is { IsCompletedSuccessfully: true, Result.HasBegun: false }))
            {
                _attempt = _attempt with { StartedAt = bench.Time.GetUtcNow(), Handle = running.Handle };
                await MoveAsync(TrialState.Running);
            }

            await TakeUpAsync(watch);
            await using var runaway = new RunawayWatch(run, _trial.Id, bench, watch.Fail);
            await watch.RunAsync(
                async usage =>
                {
                    await PumpAsync(ingestion, usage);
                    await JudgeAsync(running, ingestion, watch);
                },
                leaving);
        }
        catch (Exception problem) when (problem is not (AttemptLostException or OperationCanceledException))
        {
            // Whatever broke: a process that nobody watches would hold its GPU, and write into the next trial's files.
            await running.StopAsync(bench.Options.Grace, CancellationToken.None);
            throw;
        }

        var end = await running.Completion;
        if (!end.HasBegun && _trial.State == TrialState.Running)
        {
            // It had begun: the executor's files are gone, after a backup was restored for instance.
            end = AttemptEnd.Lost;
        }

        // A worker that was stopped for long may have had the workspace until now.
        await using var late = workspace is null ? bench.Workspaces?.TryAdopt(Tenancy) : null;
        var files = (workspace ?? late)?.Path;
        ImmutableArray<string> notices = files is null && Tenancies.Read(Tenancy) is not null ? ["Its workspace could not be taken over; artifacts and metric files are missing."] : [];
        var artifacts = ImmutableArray<string>.Empty;
        await remains.EndAsync();
        await DiskSpace.PersistAsync(
            async () =>
            {
                _secrets.Pump(isComplete: true);
                await ingestion.CompleteAsync(CancellationToken.None);
                artifacts = collection.Collect(files, run.Spec.Artifacts, bench.Data.ArtifactDigests(_trial));
            },
            bench, leaving);
        bench.Observer.MetricsRead(_trial.Id, ingestion.Latest);
        // Stopped by a worker that died before it could say so.
        var isKilled = end.Signal is not null || end == AttemptEnd.Lost;
        AttemptOutcome? stopped = watch.Stopped
            ?? (_trial.Reason.Length > 0 ? AttemptOutcome.Pruned : stop.Asked.IsCancellationRequested && isKilled ? AttemptOutcome.Cancelled : null);
        var reason = stopped switch { AttemptOutcome.Pruned => _trial.Reason, AttemptOutcome.Failed => watch.Fault, _ => stop.Reason };
        var trial = await EndAsync(AttemptVerdict.Of(end, stopped, reason, run.Spec, bench.Data.Log(_attempt.Id)), [.. notices, .. artifacts, .. ingestion.Notices]);
        if (files is null && bench.Workspaces is null)
        {
            // Nobody will adopt the folder any more, and the pool may have it back.
            Tenancies.End(Tenancy);
        }

        return trial;
    }

    private async Task PumpAsync(AttemptIngestion ingestion, IReadOnlyList<KeyValuePair<string, double>> usage)
    {
        var isOurs = true;
        await DiskSpace.PersistAsync(
            async () =>
            {
                _secrets.Pump(isComplete: false);
                isOurs = await ingestion.PumpAsync(usage, CancellationToken.None);
            },
            bench, leaving);
        if (!isOurs)
        {
            throw new AttemptLostException();
        }

        bench.Observer.MetricsRead(_trial.Id, ingestion.Latest);
    }

    // A worker that died may have decided already, and not have come to end it.
    private async Task TakeUpAsync(AttemptWatch watch)
    {
        if (_trial is { State: TrialState.Running, Reason.Length: > 0 })
        {
            watch.Prune();
        }
        else if (await sweep.TakeUpAsync(_trial) is { } reason)
        {
            await PruneAsync(reason, watch);
        }
    }

    private async Task JudgeAsync(IRunningAttempt running, AttemptIngestion ingestion, AttemptWatch watch)
    {
        ImmutableArray<MetricPoint> latest = [.. run.Spec.Objectives.Where(objective => ingestion.Latest.ContainsKey(objective.Metric)).Select(objective => ingestion.Latest[objective.Metric])];
        if (watch.Stopped is null && _trial.Reason.Length == 0 && !latest.SequenceEqual(_judged))
        {
            _judged = latest;
            if (await sweep.ReasonToPruneAsync(_trial) is { } reason && !running.Completion.IsCompleted)
            {
                await PruneAsync(reason, watch);
            }
        }
    }

    // The decision is recorded before anything comes of it: whoever adopts the attempt keeps to it, however it ends.
    private async Task PruneAsync(string reason, AttemptWatch watch)
    {
        reason = _secrets.Masker.Mask(reason);
        if (!await bench.Store.UpdateTrialAsync(new TrialUpdate(_trial.Id, TrialState.Running, TrialState.Running, _attempt, reason), CancellationToken.None))
        {
            throw new AttemptLostException();
        }

        _trial = _trial with { Reason = reason };
        watch.Prune();
    }

    private Task<Trial> EndAsync(AttemptVerdict verdict, IReadOnlyList<string> notices)
    {
        _attempt = _attempt with
        {
            EndedAt = bench.Time.GetUtcNow(),
            Outcome = verdict.Outcome,
            ExitCode = verdict.ExitCode,
            Reason = _secrets.Masker.Mask(string.Join(" ", [verdict.Reason, .. notices]).Trim()),
        };
        // What was paused and goes on has not failed.
        var tries = _trial.Attempts.Count(attempt => attempt.StartedAt is not null && attempt.Outcome != AttemptOutcome.Pruned);
        _secrets.Remove();
        var again = !stop.Asked.IsCancellationRequested
            && RetryRules.ShouldRetry(run.Spec.Retries, verdict.Outcome, verdict.ExitCode, tries);
        return MoveAsync(again ? TrialState.Queued : verdict.State, _secrets.Masker.Mask(verdict.Reason));
    }

    // The trial did nothing wrong, so it counts as cancelled and is tried again by `gradientci retry`.
    private async Task RecordBreakAsync(Exception problem)
    {
        if (_trial.State.HasEnded() || _trial.State == TrialState.Queued)
        {
            return;
        }

        _secrets.Remove();
        var reason = _secrets.Masker.Mask(problem.Message);
        var outcome = _attempt.StartedAt is null ? AttemptOutcome.NotStarted : AttemptOutcome.Cancelled;
        _attempt = _attempt with { Outcome = outcome, Reason = reason, EndedAt = bench.Time.GetUtcNow() };
        try
        {
            await MoveAsync(TrialState.Cancelled, reason);
        }
        catch (Exception also) when (also is GradientException or AttemptLostException)
        {
            // The database is what broke. The record still says running; whoever takes the run up again settles it.
        }
    }

    private async Task<Trial> MoveAsync(TrialState to, string reason = "", bool forgetPoints = false)
    {
        if (!await bench.Store.UpdateTrialAsync(
            new TrialUpdate(_trial.Id, _trial.State, to, _attempt, reason) { ForgetPoints = forgetPoints }, CancellationToken.None))
        {
            throw new AttemptLostException();
        }

        _trial = _trial with { State = to, Reason = reason, Attempts = [.. _trial.Attempts.Where(other => other.Id != _attempt.Id), _attempt] };
        bench.Observer.TrialChanged(_trial);
        return _trial;
    }

    // A retry that finds a checkpoint goes on with its curves; one that finds none would draw them twice.
    private bool StartsAfresh() => _attempt.Id.Number > 1 && !TrialCheckpoint.Exists(bench.Data, _trial.Id);
}
