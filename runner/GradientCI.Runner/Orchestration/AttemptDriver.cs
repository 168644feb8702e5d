using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Ingestion;
using GradientCI.Runner.Workspaces;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>One attempt of a trial: slot, workspace, process, metrics, record. Used once.</summary>
internal sealed class AttemptDriver(Run run, Trial queued, Workbench bench, StopSignal stop)
{
    private Trial _trial = queued;
    private Attempt _attempt = new()
    {
        Id = new AttemptId(queued.Id, queued.Attempts.Length + 1),
        PreparingAt = bench.Time.GetUtcNow(),
    };

    /// <summary>Drives the attempt to its end.</summary>
    /// <returns>The trial: ended, or queued again when the retry rule says so.</returns>
    public async Task<Trial> DriveAsync()
    {
        using var lease = await TakeSlotAsync();
        if (lease is null)
        {
            return await MoveAsync(TrialState.Cancelled, stop.Reason);
        }

        _attempt = _attempt with { PreparingAt = bench.Time.GetUtcNow(), Gpus = lease.Gpus };
        await MoveAsync(TrialState.Starting);
        try
        {
            DiskSpace.Require(bench.Data.Root, bench.Options.ReservedBytes, run.Id);
            await using var workspace = await bench.Workspaces.AcquireAsync(run.Commit.Sha, bench.Data.Tenancy(_attempt.Id), CancellationToken.None);
            TrialEnvironment.Prepare(run, _trial, _attempt.Id, bench.Data);
            return await ExecuteAsync(workspace);
        }
        catch (Exception problem)
        {
            await RecordBreakAsync(problem);
            throw problem is IOException or UnauthorizedAccessException
                ? new GradientException(
                    FailureKind.Environment, $"Trial {_trial.Id} could not go on: {problem.Message}",
                    $"Check space and permissions of {bench.Data.Root}.", problem)
                : problem;
        }
    }

    private async Task<SlotLease?> TakeSlotAsync()
    {
        try
        {
            var lease = await bench.Slots.AcquireAsync(run.Spec.Resources, stop.Asked);
            if (!stop.Asked.IsCancellationRequested)
            {
                return lease;
            }

            lease.Dispose();
            return null;
        }
        catch (OperationCanceledException) when (stop.Asked.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<Trial> ExecuteAsync(Workspace workspace)
    {
        var request = AttemptRequests.Of(run, _trial, _attempt, workspace.Path, bench);
        var ingestion = await AttemptIngestion.StartAsync(
            new IngestionRequest { Attempt = _attempt.Id, LogPath = request.LogPath, Workspace = workspace.Path, Sources = run.Spec.Metrics },
            bench.Store, bench.Time, CancellationToken.None);
        await using var running = await bench.Executor.StartAsync(request, CancellationToken.None);
        var watch = new AttemptWatch(running, run.Spec.Timeout, bench.Options, stop, bench.Time);
        try
        {
            _attempt = _attempt with { StartedAt = bench.Time.GetUtcNow(), Handle = running.Handle };
            await MoveAsync(TrialState.Running);
            await watch.RunAsync(usage => PumpAsync(ingestion, usage));
        }
        catch
        {
            // Whatever broke: a process that nobody watches would hold its GPU, and write into the next trial's files.
            await running.StopAsync(bench.Options.Grace, CancellationToken.None);
            throw;
        }

        var end = await running.Completion;
        await ingestion.CompleteAsync(CancellationToken.None);
        bench.Observer.MetricsRead(_trial.Id, ingestion.Latest);
        var notices = ArtifactCollection.Collect(workspace.Path, run.Spec.Artifacts, bench.Data.Artifacts(_trial.Id));
        return await EndAsync(AttemptVerdict.Of(end, watch.Stopped, stop.Reason, run.Spec, request.LogPath), [.. notices, .. ingestion.Notices]);
    }

    private async Task PumpAsync(AttemptIngestion ingestion, IReadOnlyList<KeyValuePair<string, double>> usage)
    {
        await ingestion.PumpAsync(usage, CancellationToken.None);
        bench.Observer.MetricsRead(_trial.Id, ingestion.Latest);
    }

    private Task<Trial> EndAsync(AttemptVerdict verdict, IReadOnlyList<string> notices)
    {
        _attempt = _attempt with
        {
            EndedAt = bench.Time.GetUtcNow(),
            Outcome = verdict.Outcome,
            ExitCode = verdict.ExitCode,
            Reason = string.Join(" ", [verdict.Reason, .. notices]).Trim(),
        };
        var again = !stop.Asked.IsCancellationRequested
            && RetryRules.ShouldRetry(run.Spec.Retries, verdict.Outcome, verdict.ExitCode, _attempt.Id.Number);
        return MoveAsync(again ? TrialState.Queued : verdict.State, verdict.Reason);
    }

    // The trial did nothing wrong, so it counts as cancelled and is tried again by `gradientci retry`.
    private async Task RecordBreakAsync(Exception problem)
    {
        if (_trial.State.HasEnded() || _trial.State == TrialState.Queued)
        {
            return;
        }

        var outcome = _attempt.StartedAt is null ? AttemptOutcome.NotStarted : AttemptOutcome.Cancelled;
        _attempt = _attempt with { Outcome = outcome, Reason = problem.Message, EndedAt = bench.Time.GetUtcNow() };
        try
        {
            await MoveAsync(TrialState.Cancelled, problem.Message);
        }
        catch (GradientException)
        {
            // The database is what broke. The record still says running; whoever takes the run up again settles it.
        }
    }

    private async Task<Trial> MoveAsync(TrialState to, string reason = "")
    {
        var attempt = to == TrialState.Cancelled && _trial.State == TrialState.Queued ? null : _attempt;
        var update = new TrialUpdate(_trial.Id, _trial.State, to, attempt, reason) { ForgetPoints = to == TrialState.Starting && StartsAfresh() };
        if (!await bench.Store.UpdateTrialAsync(update, CancellationToken.None))
        {
            throw new GradientException(
                FailureKind.Environment, $"Trial {_trial.Id} was moved on by another process.", "Let one process drive a run.");
        }

        var attempts = attempt is null ? _trial.Attempts : [.. _trial.Attempts.Where(other => other.Id != attempt.Id), attempt];
        _trial = _trial with { State = to, Reason = reason, Attempts = attempts };
        bench.Observer.TrialChanged(_trial);
        return _trial;
    }

    // A retry that finds a checkpoint goes on with its curves; one that finds none would draw them twice.
    private bool StartsAfresh()
    {
        var checkpoint = bench.Data.Checkpoint(_trial.Id);
        try
        {
            return _attempt.Id.Number > 1 && !(Directory.Exists(checkpoint) && Directory.EnumerateFileSystemEntries(checkpoint).Any());
        }
        catch (UnauthorizedAccessException)
        {
            // The trial took our rights to look away; there is something it cares for.
            return false;
        }
    }
}
