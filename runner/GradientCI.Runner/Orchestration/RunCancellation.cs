using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Ends the trials of a cancelled run that nobody drives any more.</summary>
public static class RunCancellation
{
    /// <summary>A living driver sees the record and does it itself; without one, it is done here.</summary>
    public static async Task SettleAsync(Run run, DataFolder data, IExperimentStore store, ITrialExecutor executor, TimeProvider time)
    {
        using var driving = DriverLock.TryTake(data, run.Id);
        if (driving is null)
        {
            return;
        }

        await LeftBehind.SettleAsync(run, data, store, executor, OrchestrationOptions.DefaultGrace, time);
        await QueuedTrials.CancelAsync(run.Id, "Cancelled by a person.", store, new SilentObserver());
    }
}
