using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Ends runs on request. Whoever drives one sees the record, and ends its trials.</summary>
public static class RunCancellation
{
    /// <summary>Cancels a run that has not ended.</summary>
    /// <param name="store">The record.</param>
    /// <param name="run">The run.</param>
    /// <param name="why">One sentence: who asked for it.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>False when it had ended already: nothing changed.</returns>
    public static Task<bool> CancelAsync(IExperimentStore store, RunId run, string why, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.UpdateRunAsync(new RunUpdate(run, [RunState.Queued, RunState.Running], RunState.Cancelled, at, why), cancellationToken);
}
