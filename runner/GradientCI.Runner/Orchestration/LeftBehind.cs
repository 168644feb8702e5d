using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Ingestion;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Trials whose driver died before they ended.</summary>
internal static class LeftBehind
{
    /// <summary>
    /// Records the true end of those that ended meanwhile. Those that still run are stopped and recorded as lost, so
    /// that a run that is taken up again starts from a consistent record, and no process of an earlier attempt holds a
    /// GPU beside the new one.
    /// </summary>
    public static async Task SettleAsync(
        Run run, DataFolder data, IExperimentStore store, ITrialExecutor executor, TimeSpan grace, TimeProvider time)
    {
        foreach (var trial in await store.ListTrialsAsync(run.Id, CancellationToken.None))
        {
            if (trial.State is not (TrialState.Starting or TrialState.Running))
            {
                continue;
            }

            var attempt = trial.Attempts[^1];
            var verdict = await SettleAsync(run, trial, attempt, data, store, executor, grace, time) ?? new AttemptVerdict(
                AttemptOutcome.Lost, TrialState.Lost, null, "Left behind by a process that died.");
            attempt = attempt with { Outcome = verdict.Outcome, ExitCode = verdict.ExitCode, EndedAt = time.GetUtcNow(), Reason = verdict.Reason };
            var again = RetryRules.ShouldRetry(run.Spec.Retries, verdict.Outcome, verdict.ExitCode, attempt.Id.Number);
            await store.UpdateTrialAsync(
                new TrialUpdate(trial.Id, trial.State, again ? TrialState.Queued : verdict.State, attempt, verdict.Reason), CancellationToken.None);
        }
    }

    /// <returns>How it ended while nobody looked, or null when it did not or left no trace.</returns>
    private static async Task<AttemptVerdict?> SettleAsync(
        Run run, Trial trial, Attempt attempt, DataFolder data, IExperimentStore store, ITrialExecutor executor, TimeSpan grace, TimeProvider time)
    {
        var request = AttemptRequests.ToAdopt(run, trial, attempt, data);
        if (await executor.AdoptAsync(request, attempt.Handle, CancellationToken.None) is not { } running)
        {
            return null;
        }

        await using (running)
        {
            var hadEnded = running.Completion.IsCompleted;
            await running.StopAsync(grace, CancellationToken.None);
            var end = await running.Completion;
            if (!hadEnded)
            {
                return null;
            }

            // Metric files lay in a workspace that may be another trial's by now; the log is ours alone.
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
            return AttemptVerdict.Of(end, null, "", run.Spec, request.LogPath);
        }
    }
}
