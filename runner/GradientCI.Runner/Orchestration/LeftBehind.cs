using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Ingestion;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Trials whose driver died before they ended.</summary>
internal static class LeftBehind
{
    private static readonly AttemptVerdict Lost = new(AttemptOutcome.Lost, TrialState.Lost, null, "Left behind by a process that died.");

    /// <summary>
    /// Records the true end of those that ended meanwhile. Those that still run are stopped, all at once, and recorded as
    /// lost, so that a run that is taken up again starts from a consistent record, and no process of an earlier attempt
    /// holds a GPU beside the new one.
    /// </summary>
    public static async Task SettleAsync(
        Run run, DataFolder data, IExperimentStore store, ITrialExecutor executor, TimeSpan grace, TimeProvider time)
    {
        var trials = await store.ListTrialsAsync(run.Id, CancellationToken.None);
        await Task.WhenAll(trials
            .Where(trial => trial.State is TrialState.Starting or TrialState.Running)
            .Select(trial => SettleAsync(run, trial, data, store, executor, grace, time)));
    }

    private static async Task SettleAsync(
        Run run, Trial trial, DataFolder data, IExperimentStore store, ITrialExecutor executor, TimeSpan grace, TimeProvider time)
    {
        var attempt = trial.Attempts[^1];
        var request = AttemptRequests.ToAdopt(run, trial, attempt, data);
        var verdict = Lost;
        await using (var running = await executor.AdoptAsync(request, attempt.Handle, CancellationToken.None))
        {
            var hadEnded = running.Completion.IsCompleted;
            await running.StopAsync(grace, CancellationToken.None);
            var end = await running.Completion;
            verdict = hadEnded ? AttemptVerdict.Of(end, null, "", run.Spec, request.LogPath) : Lost;
        }

        await ReadLogAsync(run, attempt, request, store, time);
        attempt = attempt with { Outcome = verdict.Outcome, ExitCode = verdict.ExitCode, EndedAt = time.GetUtcNow(), Reason = verdict.Reason };
        var again = RetryRules.ShouldRetry(run.Spec.Retries, verdict.Outcome, verdict.ExitCode, attempt.Id.Number);
        await store.UpdateTrialAsync(
            new TrialUpdate(trial.Id, trial.State, again ? TrialState.Queued : verdict.State, attempt, verdict.Reason), CancellationToken.None);
    }

    // What was printed while nobody read. Metric files lay in a workspace that may be another trial's by now; the log is
    // the attempt's alone.
    private static async Task ReadLogAsync(Run run, Attempt attempt, AttemptRequest request, IExperimentStore store, TimeProvider time)
    {
        var ingestion = await AttemptIngestion.ResumeAsync(
            new IngestionRequest
            {
                Attempt = attempt.Id,
                LogPath = request.LogPath,
                Workspace = request.StateDirectory,
                Sources = run.Spec.Metrics with { Files = [], TensorBoard = [] },
            },
            store, time, CancellationToken.None);
        await ingestion.CompleteAsync(CancellationToken.None);
    }
}
