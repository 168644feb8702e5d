using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Drives a recorded run to its end: as many trials at once as allowed, each taken from the sweep.</summary>
public sealed class RunDriver(Workbench bench)
{
    private static readonly ImmutableArray<RunState> Open = [RunState.Queued, RunState.Running];

    /// <summary>Drives the run until every trial has ended, or until it is stopped.</summary>
    /// <param name="run">A queued run.</param>
    /// <param name="stop">Ends it from outside; running trials get their grace time.</param>
    /// <returns>The ended run: finished, cancelled or errored. A run that was cancelled before is returned as it is.</returns>
    /// <exception cref="GradientException">Another process drives it, or the database cannot be written.</exception>
    public async Task<Run> DriveAsync(Run run, StopSignal stop)
    {
        using var driving = DriverLock.Take(bench.Data, run.Id);
        await LeftBehind.SettleAsync(run, bench.Data, bench.Store, bench.Executor, bench.Options.Grace, bench.Time);
        run = await MoveAsync(run.Id, RunState.Running);
        if (run.State != RunState.Running)
        {
            return run;
        }

        using var sweep = await Sweep.LoadAsync(run, bench.Store, bench.Time);
        var broken = await DriveSweepAsync(run, sweep, stop);
        return stop.Asked.IsCancellationRequested ? await MoveAsync(run.Id, RunState.Cancelled, stop.Reason)
            : broken is not null ? await MoveAsync(run.Id, RunState.Errored, broken)
            : await FinishAsync(run, sweep.StopNote);
    }

    /// <returns>What broke, for the record, or null.</returns>
    private async Task<string?> DriveSweepAsync(Run run, Sweep sweep, StopSignal stop)
    {
        using var end = new StopSignal();
        await using var asked = stop.Asked.Register(() => end.Ask(stop.Reason));
        await using var insisted = stop.Insisted.Register(end.Insist);
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(run.Id, sweep, stop, end, done.Token);
        var lanes = Math.Min(run.Spec.Sweep.Parallel ?? int.MaxValue, bench.Slots.MostAtOnce(run.Spec.Resources));
        var trials = new TrialDriver(run, bench);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => DriveLaneAsync(sweep, trials, end)));
            await done.CancelAsync();
            await watching;
            return null;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // The outermost place that knows the run: whatever broke, the record must end, and say what it was.
            return problem is GradientException told ? $"{told.Message} {told.Remedy}".TrimEnd() : $"{problem.GetType().Name}: {problem.Message}";
        }
        finally
        {
            await done.CancelAsync();
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await QueuedTrials.CancelAsync(run.Id, end.Reason, bench.Store, bench.Observer);
        }
    }

    // A lane drives one trial at a time. A lane that breaks takes the others down in order, so that the run ends in
    // one consistent record instead of with trials that nobody watches.
    private static async Task DriveLaneAsync(Sweep sweep, TrialDriver trials, StopSignal end)
    {
        try
        {
            while (!end.Asked.IsCancellationRequested && await sweep.NextAsync() is { } trial)
            {
                await sweep.RecordAsync(await trials.DriveAsync(trial, end));
                await EndWhenDueAsync(sweep, end);
            }
        }
        catch (Exception problem)
        {
            end.Ask($"The run broke off: {problem.Message}");
            throw;
        }
    }

    private static async Task EndWhenDueAsync(Sweep sweep, StopSignal end)
    {
        if (await sweep.ReasonToStopAsync() is { } reason)
        {
            end.Ask(reason);
        }
    }

    // `gradientci cancel` in another process moves the run's record; this is how the driver hears of it. A sweep whose
    // time is up ends here, too, even while a long trial runs.
    private async Task WatchAsync(RunId id, Sweep sweep, StopSignal stop, StopSignal end, CancellationToken done)
    {
        using var beat = new PeriodicTimer(bench.Options.PumpInterval * 4, bench.Time);
        try
        {
            while (await beat.WaitForNextTickAsync(done))
            {
                if (await bench.Store.FindRunAsync(id, done) is { State: RunState.Cancelled } cancelled)
                {
                    stop.Ask(cancelled.Problem);
                }

                await EndWhenDueAsync(sweep, end);
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // The run ended by itself.
        }
        catch (Exception problem)
        {
            // Without the watch nobody could cancel the run any more.
            end.Ask($"The run broke off: {problem.Message}");
            throw;
        }
    }

    private async Task<Run> FinishAsync(Run run, string note)
    {
        var ending = await RunEnding.JudgeAsync(run, RunState.Finished, bench.Store);
        var notices = note.Length > 0 ? [note] : ImmutableArray<string>.Empty;
        return await UpdateAsync(new RunUpdate(run.Id, Open, RunState.Finished, bench.Time.GetUtcNow(), "", notices)
        {
            Best = ending.Best,
            Passed = ending.Passed,
        });
    }

    private Task<Run> MoveAsync(RunId id, RunState to, string problem = "") =>
        UpdateAsync(new RunUpdate(id, Open, to, bench.Time.GetUtcNow(), problem, []));

    // A refused update means that somebody cancelled the run meanwhile; the record they wrote is what counts.
    private async Task<Run> UpdateAsync(RunUpdate update)
    {
        await bench.Store.UpdateRunAsync(update, CancellationToken.None);
        var moved = await bench.Store.FindRunAsync(update.Id, CancellationToken.None) ?? throw new GradientException(
            FailureKind.Environment, $"{update.Id} vanished from the database.", "Restore the data folder from a backup.");
        bench.Observer.RunChanged(moved);
        return moved;
    }
}
