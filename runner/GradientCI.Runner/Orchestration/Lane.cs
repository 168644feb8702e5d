using GradientCI.Experiments;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Secrets;

namespace GradientCI.Runner.Orchestration;

/// <summary>Drives one trial of a run at a time: waits for a slot, claims a trial, takes it to its end, and again.</summary>
/// <remarks>
/// A lane that breaks asks the run to end, which takes the other lanes down in order: the run then ends in one consistent
/// record instead of with trials that nobody watches.
/// </remarks>
internal sealed class Lane(Run run, RunSecrets secrets, Sweep sweep, Workbench bench, StopSignal end, CancellationToken leaving)
{
    /// <summary>Returns when the sweep is over, the run ends, or we leave it.</summary>
    public async Task DriveAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(end.Asked, leaving);
        try
        {
            while (await DriveNextAsync(over.Token))
            {
                over.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // What this lane drove has ended, or lives on for the next worker.
        }
        catch (Exception problem)
        {
            end.Ask($"The run broke off: {problem.Message}");
            throw;
        }
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> DriveNextAsync(CancellationToken over)
    {
        Task news;
        await DiskSpace.AwaitReserveAsync(bench, sweep.HasMoreAsync, over);
        if (bench.Quota is { } quota && run.Spec.MayWriteStorage)
        {
            await quota.AwaitRoomAsync(bench, sweep.HasMoreAsync, over);
        }

        using (var lease = await bench.Slots.AcquireAsync(run.Spec.Resources, over))
        {
            over.ThrowIfCancellationRequested();
            news = sweep.News;
            var (trial, isOver) = await ClaimAsync(lease);
            if (isOver)
            {
                return false;
            }

            if (trial is not null)
            {
                return await DriveAsync(trial, over);
            }
        }

        await sweep.WaitAsync(news, bench.Options.LookInterval, over);
        return true;
    }

    private async Task<(Trial? Trial, bool IsOver)> ClaimAsync(SlotLease lease)
    {
        using var turn = await bench.Slots.TakeTurnAsync();
        return lease.IsContested ? (null, false) : await sweep.NextAsync(lease.Gpus);
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> DriveAsync(Trial trial, CancellationToken over)
    {
        try
        {
            trial = await new AttemptDriver(run, trial, secrets, sweep, bench, end, leaving).StartAsync();
            await sweep.RecordAsync(trial);
        }
        catch (AttemptLostException)
        {
            // Somebody thought us dead and drives it on.
            bench.Observer.TrialLost(trial.Id);
            return true;
        }

        if (await sweep.ReasonToStopAsync() is { } reason)
        {
            end.Ask(reason);
        }

        if (trial is { State: TrialState.Queued, Attempts: [.., { Outcome: AttemptOutcome.NotStarted }] })
        {
            // What could not even begin would be claimed, and fail, as fast as we can; its own end is no news to wait for.
            await Task.Delay(bench.Options.SpaceInterval, bench.Time, over);
        }

        return true;
    }
}
