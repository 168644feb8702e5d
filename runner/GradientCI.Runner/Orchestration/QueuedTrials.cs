using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Trials of a run that ends before they start.</summary>
internal static class QueuedTrials
{
    /// <summary>Cancels them.</summary>
    public static async Task CancelAsync(RunId run, string reason, IExperimentStore store, IRunObserver observer)
    {
        foreach (var trial in await store.ListTrialsAsync(run, CancellationToken.None))
        {
            if (trial.State == TrialState.Queued
                && await store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Queued, TrialState.Cancelled, null, reason), CancellationToken.None))
            {
                observer.TrialChanged(trial with { State = TrialState.Cancelled, Reason = reason });
            }
        }
    }
}
