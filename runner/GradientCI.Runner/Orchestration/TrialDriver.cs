using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Ingestion;
using GradientCI.Runner.Workspaces;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Takes one queued trial of a run to its end: slot, workspace, process, metrics, record, and again on a retry.</summary>
internal sealed class TrialDriver(Run run, Workbench bench)
{
    /// <summary>Drives the trial until it has ended.</summary>
    /// <returns>The ended trial.</returns>
    /// <exception cref="GradientException">The machine broke: disk, Git, database. The trial's record says how far it got.</exception>
    public async Task<Trial> DriveAsync(Trial trial, StopSignal stop)
    {
        while (!trial.State.HasEnded())
        {
            trial = await AttemptOnceAsync(trial, stop);
        }

        return trial;
    }

    private async Task<Trial> AttemptOnceAsync(Trial trial, StopSignal stop)
    {
        SlotLease lease;
        try
        {
            lease = await bench.Slots.AcquireAsync(run.Spec.Resources, stop.Asked);
        }
        catch (OperationCanceledException) when (stop.Asked.IsCancellationRequested)
        {
            return await MoveAsync(trial, TrialState.Cancelled, null, stop.Reason);
        }

        using (lease)
        {
            var attempt = new Attempt
            {
                Id = new AttemptId(trial.Id, trial.Attempts.Length + 1),
                PreparingAt = bench.Time.GetUtcNow(),
                Gpus = lease.Gpus,
            };
            if (stop.Asked.IsCancellationRequested)
            {
                return await MoveAsync(trial, TrialState.Cancelled, null, stop.Reason);
            }

            trial = await MoveAsync(trial, TrialState.Starting, attempt);
            try
            {
                DiskSpace.Require(bench.Data.Root, bench.Options.ReservedBytes);
                await using var workspace = await bench.Workspaces.AcquireAsync(run.Commit.Sha, CancellationToken.None);
                TrialEnvironment.Prepare(run, trial, attempt.Id, bench.Data);
                return await ExecuteAsync(trial, attempt, workspace, stop);
            }
            catch (Exception problem) when (problem is GradientException or IOException or UnauthorizedAccessException)
            {
                // The trial did nothing wrong: the record says so, and the run ends with the sentence.
                var ended = attempt with { Outcome = AttemptOutcome.NotStarted, Reason = problem.Message, EndedAt = bench.Time.GetUtcNow() };
                if (!trial.State.HasEnded())
                {
                    await MoveAsync(trial, TrialState.Failed, ended, problem.Message);
                }

                throw problem as GradientException ?? new GradientException(
                    FailureKind.Environment, $"Trial {trial.Id} could not be prepared: {problem.Message}",
                    $"Check space and permissions of {bench.Data.Root}.", problem);
            }
        }
    }

    private async Task<Trial> ExecuteAsync(Trial trial, Attempt attempt, Workspace workspace, StopSignal stop)
    {
        var request = new AttemptRequest
        {
            Id = attempt.Id,
            Command = run.Spec.Command with { Words = trial.Command },
            Setup = run.Spec.Setup,
            WorkingDirectory = Path.GetFullPath(Path.Combine(workspace.Path, run.Spec.Workdir)),
            Environment = TrialEnvironment.Of(run, trial, attempt, workspace.Path, bench),
            LogPath = bench.Data.Log(attempt.Id),
            StateDirectory = bench.Data.State(attempt.Id),
            Gpus = attempt.Gpus,
            Resources = run.Spec.Resources,
        };
        var ingestion = await AttemptIngestion.StartAsync(
            new IngestionRequest { Attempt = attempt.Id, LogPath = request.LogPath, Workspace = workspace.Path, Sources = run.Spec.Metrics },
            bench.Store, bench.Time, CancellationToken.None);
        await using var running = await bench.Executor.StartAsync(request, CancellationToken.None);
        attempt = attempt with { StartedAt = bench.Time.GetUtcNow(), Handle = running.Handle };
        trial = await MoveAsync(trial, TrialState.Running, attempt);

        var watch = new AttemptWatch(running, run.Spec.Timeout, bench.Options, stop, bench.Time);
        await watch.RunAsync(usage => PumpAsync(trial.Id, ingestion, usage));

        var end = await running.Completion;
        await ingestion.CompleteAsync(CancellationToken.None);
        bench.Observer.MetricsRead(trial.Id, ingestion.Latest);
        var notices = ArtifactCollection.Collect(workspace.Path, run.Spec.Artifacts, bench.Data.Artifacts(trial.Id));
        return await EndAsync(trial, attempt, AttemptVerdict.Of(end, watch.Stopped, run.Spec, request.LogPath), stop, [.. notices, .. ingestion.Notices]);
    }

    private async Task PumpAsync(TrialId trial, AttemptIngestion ingestion, IReadOnlyList<KeyValuePair<string, double>> usage)
    {
        await ingestion.PumpAsync(usage, CancellationToken.None);
        bench.Observer.MetricsRead(trial, ingestion.Latest);
    }

    private async Task<Trial> EndAsync(Trial trial, Attempt attempt, AttemptVerdict verdict, StopSignal stop, IReadOnlyList<string> notices)
    {
        attempt = attempt with
        {
            EndedAt = bench.Time.GetUtcNow(),
            Outcome = verdict.Outcome,
            ExitCode = verdict.ExitCode,
            Reason = string.Join(" ", [verdict.Reason, .. notices]).Trim(),
        };
        var again = !stop.Asked.IsCancellationRequested
            && RetryRules.ShouldRetry(run.Spec.Retries, verdict.Outcome, verdict.ExitCode, attempt.Id.Number);
        return await MoveAsync(trial, again ? TrialState.Queued : verdict.State, attempt, verdict.Reason);
    }

    private async Task<Trial> MoveAsync(Trial trial, TrialState to, Attempt? attempt, string reason = "")
    {
        var update = new TrialUpdate(trial.Id, trial.State, to, attempt, reason) { ForgetPoints = to == TrialState.Starting && StartsAfresh(attempt!) };
        if (!await bench.Store.UpdateTrialAsync(update, CancellationToken.None))
        {
            throw new GradientException(
                FailureKind.Environment, $"Trial {trial.Id} was moved on by another process.", "Let one process drive a run.");
        }

        var attempts = attempt is null ? trial.Attempts : [.. trial.Attempts.Where(other => other.Id != attempt.Id), attempt];
        trial = trial with { State = to, Reason = reason, Attempts = attempts };
        bench.Observer.TrialChanged(trial);
        return trial;
    }

    // A retry that finds a checkpoint goes on with its curves; one that finds none would draw them twice.
    private bool StartsAfresh(Attempt attempt) =>
        attempt.Id.Number > 1
        && bench.Data.Checkpoint(attempt.Id.Trial) is var folder
        && !(Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any());
}
