using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>Takes one queued trial of a run to its end, attempt by attempt.</summary>
internal sealed class TrialDriver(Run run, Workbench bench)
{
    /// <summary>Drives the trial until it has ended.</summary>
    /// <returns>The ended trial.</returns>
    /// <exception cref="GradientException">The machine broke: disk, Git, database. Nothing of the trial runs any more.</exception>
    public async Task<Trial> DriveAsync(Trial trial, StopSignal stop)
    {
        while (!trial.State.HasEnded())
        {
            trial = await new AttemptDriver(run, trial, bench, stop).DriveAsync();
        }

        return trial;
    }
}
