using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Trials whose driver died before they ended.</summary>
internal static class LeftBehind
{
    /// <summary>
    /// Ends what is left of them and records them as lost, so that a run that is taken up again starts from a
    /// consistent record and no process of an earlier attempt holds a GPU beside the new one.
    /// </summary>
    public static async Task SettleAsync(Run run, DataFolder data, IExperimentStore store, ITrialExecutor executor, TimeSpan grace, TimeProvider time)
    {
        foreach (var trial in await store.ListTrialsAsync(run.Id, CancellationToken.None))
        {
            if (trial.State is not (TrialState.Starting or TrialState.Running))
            {
                continue;
            }

            var attempt = trial.Attempts[^1];
            await StopAsync(trial, attempt, run, data, executor, grace);
            const string Reason = "Left behind by a process that died.";
            var lost = attempt with { Outcome = AttemptOutcome.Lost, EndedAt = time.GetUtcNow(), Reason = Reason };
            await store.UpdateTrialAsync(new TrialUpdate(trial.Id, trial.State, TrialState.Lost, lost, Reason), CancellationToken.None);
            if (RetryRules.ShouldRetry(run.Spec.Retries, AttemptOutcome.Lost, null, attempt.Id.Number))
            {
                await store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Lost, TrialState.Queued, null, Reason), CancellationToken.None);
            }
        }
    }

    private static async Task StopAsync(Trial trial, Attempt attempt, Run run, DataFolder data, ITrialExecutor executor, TimeSpan grace)
    {
        var request = new AttemptRequest
        {
            Id = attempt.Id,
            Command = run.Spec.Command with { Words = trial.Command },
            WorkingDirectory = data.Root,
            Environment = run.Spec.Env,
            LogPath = data.Log(attempt.Id),
            StateDirectory = data.State(attempt.Id),
        };
        if (await executor.AdoptAsync(request, attempt.Handle, CancellationToken.None) is { } running)
        {
            await using (running)
            {
                await running.StopAsync(grace, CancellationToken.None);
                await running.Completion;
            }
        }
    }
}
