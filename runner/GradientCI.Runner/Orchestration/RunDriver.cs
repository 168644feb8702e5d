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
    /// <returns>The ended run: finished, cancelled or errored.</returns>
    /// <exception cref="GradientException">Another process drives it, or the database cannot be written.</exception>
    public async Task<Run> DriveAsync(Run run, StopSignal stop)
    {
        using var driving = DriverLock.Take(bench.Data, run.Id);
        await LeftBehind.SettleAsync(run, bench.Data, bench.Store, bench.Executor, bench.Options.Grace, bench.Time);
        using var sweep = await Sweep.LoadAsync(run, bench.Store, bench.Time);
        run = await MoveAsync(run, RunState.Running);

        using var end = new StopSignal();
        await using var asked = stop.Asked.Register(() => end.Stop(stop.Reason));
        await using var insisted = stop.Insisted.Register(() => end.Stop(stop.Reason));
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(run.Id, sweep, stop, end, done.Token);
        GradientException? broken = null;
        try
        {
            var lanes = Math.Min(run.Spec.Sweep.Parallel ?? int.MaxValue, bench.Slots.MostAtOnce(run.Spec.Resources));
            var trials = new TrialDriver(run, bench);
            await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => DriveLaneAsync(sweep, trials, end)));
        }
        catch (GradientException problem)
        {
            broken = problem;
        }

        await done.CancelAsync();
        await watching;
        await CancelQueuedAsync(run.Id, end.Reason);
        return stop.Asked.IsCancellationRequested ? await MoveAsync(run, RunState.Cancelled, stop.Reason)
            : broken is not null ? await MoveAsync(run, RunState.Errored, $"{broken.Message} {broken.Remedy}".TrimEnd())
            : await FinishAsync(run, sweep.StopNote);
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
        catch (GradientException problem)
        {
            if (!end.Asked.IsCancellationRequested)
            {
                end.Stop($"The run broke off: {problem.Message}");
            }

            throw;
        }
    }

    private static async Task EndWhenDueAsync(Sweep sweep, StopSignal end)
    {
        if (!end.Asked.IsCancellationRequested && await sweep.ReasonToStopAsync() is { } reason)
        {
            end.Stop(reason);
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
                if (await bench.Store.FindRunAsync(id, done) is { State: RunState.Cancelled } cancelled && !stop.Asked.IsCancellationRequested)
                {
                    stop.Stop(cancelled.Problem);
                }

                await EndWhenDueAsync(sweep, end);
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // The run ended by itself.
        }
    }

    private async Task CancelQueuedAsync(RunId id, string reason)
    {
        foreach (var trial in await bench.Store.ListTrialsAsync(id, CancellationToken.None))
        {
            if (trial.State == TrialState.Queued
                && await bench.Store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Queued, TrialState.Cancelled, null, reason), CancellationToken.None))
            {
                bench.Observer.TrialChanged(trial with { State = TrialState.Cancelled, Reason = reason });
            }
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

    private Task<Run> MoveAsync(Run run, RunState to, string problem = "") =>
        UpdateAsync(new RunUpdate(run.Id, Open, to, bench.Time.GetUtcNow(), problem, []));

    private async Task<Run> UpdateAsync(RunUpdate update)
    {
        await bench.Store.UpdateRunAsync(update, CancellationToken.None);
        var moved = await bench.Store.FindRunAsync(update.Id, CancellationToken.None) ?? throw new GradientException(
            FailureKind.Environment, $"{update.Id} vanished from the database.", "Restore the data folder from a backup.");
        bench.Observer.RunChanged(moved);
        return moved;
    }
}
