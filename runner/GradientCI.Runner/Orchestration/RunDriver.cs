using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Secrets;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Drives a recorded run to its end: as many trials at once as allowed, each claimed from the sweep. Used once.</summary>
/// <remarks>Several workers may drive one run at a time; none of them owns it, and whoever dies is made up for by the others.</remarks>
public sealed class RunDriver(Workbench bench)
{
    private static readonly ImmutableArray<RunState> Open = [RunState.Queued, RunState.Running];
    private volatile bool _isEndedElsewhere;
    private volatile bool _awaitsImage;

    /// <summary>Whether it waits for the run's image, which may take long and takes nothing of this machine's slots.</summary>
    public bool AwaitsImage => _awaitsImage;

    /// <summary>Drives the run until every trial has ended, or until it is stopped; of an ended run, what is left is ended.</summary>
    /// <param name="run">A run.</param>
    /// <param name="stop">Ends it from outside; running trials get their grace time.</param>
    /// <param name="leaving">Lets go of the run: its trials live on, for the next worker.</param>
    /// <returns>The run as it is now: finished, cancelled or errored; or open, when we left.</returns>
    /// <exception cref="GradientException">The database cannot be written.</exception>
    public async Task<Run> DriveAsync(Run run, StopSignal stop, CancellationToken leaving)
    {
        run = run.HasEnded ? run : await MoveAsync(run.Id, RunState.Running);
        using var end = new StopSignal();
        await using var asked = stop.Asked.Register(() => end.Ask(stop.Reason));
        await using var insisted = stop.Insisted.Register(end.Insist);
        if (run.HasEnded)
        {
            end.Ask(ReasonOf(run));
        }

        (run, var unsettled) = await SettleAsync(run, end, leaving);
        if (unsettled is not null)
        {
            await QueuedTrials.CancelAsync(run.Id, unsettled, bench.Store, bench.Observer);
            return await MoveAsync(run.Id, RunState.Errored, unsettled);
        }

        (run, var secrets) = await ReadSecretsAsync(run, end);
        using var sweep = await Sweep.LoadAsync(run, bench);
        var broken = await DriveSweepAsync(run, secrets, sweep, end, leaving);
        return leaving.IsCancellationRequested || run.HasEnded || _isEndedElsewhere ? await ReadAsync(run.Id)
            : stop.Asked.IsCancellationRequested ? await MoveAsync(run.Id, RunState.Cancelled, stop.Reason)
            : broken is not null ? await MoveAsync(run.Id, RunState.Errored, broken)
            : await FinishAsync(run, sweep.StopNote);
    }

    /// <returns>The run as it is now, and why it cannot have its image or its data sets, or null.</returns>
    private async Task<(Run Run, string? Problem)> SettleAsync(Run run, StopSignal end, CancellationToken leaving)
    {
        if (run.HasEnded || (RunImage.IsSettled(run) && RunDatasets.IsSettled(run)))
        {
            return (run, null);
        }

        // To fetch it may take long, and whoever cancels the run meanwhile must be heard.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(end.Asked, leaving);
        using var settled = new CancellationTokenSource();
        var watching = BeatAsync(() => HearAsync(run.Id, end, settled.Token), end, settled.Token);
        _awaitsImage = true;
        try
        {
            var datasets = await RunDatasets.SettleAsync(run, bench, over.Token);
            var update = new RunUpdate(run.Id, Open, RunState.Running, bench.Time.GetUtcNow()) { Datasets = datasets };
            if (!RunImage.IsSettled(run))
            {
                var (image, under) = await RunImage.SettleAsync(run, bench, over.Token);
                update = update with { At = bench.Time.GetUtcNow(), ImageDigest = image, BaseImageDigest = under };
            }

            return (await UpdateAsync(update), null);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Stopped or left before anything began; what follows sees that, too.
            return (run, null);
        }
        catch (GradientException problem)
        {
            return (run, Told(problem));
        }
        finally
        {
            _awaitsImage = false;
            await settled.CancelAsync();
            await watching;
        }
    }

    // Of a run that was under way before, attempts may run yet: they are ended in order, as those of any run that has ended.
    private async Task<(Run Run, RunSecrets Secrets)> ReadSecretsAsync(Run run, StopSignal end)
    {
        if (run.HasEnded || end.Asked.IsCancellationRequested || !AttemptSecrets.AreAskedBy(run))
        {
            return (run, RunSecrets.None);
        }

        try
        {
            return (run, await AttemptSecrets.ReadAsync(run, bench));
        }
        catch (GradientException problem)
        {
            await QueuedTrials.CancelAsync(run.Id, Told(problem), bench.Store, bench.Observer);
            end.Ask(Told(problem));
            return (await MoveAsync(run.Id, RunState.Errored, Told(problem)), RunSecrets.None);
        }
    }

    private static string Told(GradientException problem) => $"{problem.Message} {problem.Remedy}".TrimEnd();

    /// <returns>What broke, for the record, or null.</returns>
    private async Task<string?> DriveSweepAsync(Run run, RunSecrets secrets, Sweep sweep, StopSignal end, CancellationToken leaving)
    {
        using var done = new CancellationTokenSource();
        var adoption = new OrphanAdoption(run, sweep, bench, end, leaving);
        var watching = Task.CompletedTask;
        try
        {
            await adoption.BeginAsync();
            await adoption.LookAsync();
            await EndWhenDueAsync(sweep, end);
            watching = WatchAsync(run.Id, sweep, adoption, end, done.Token);
            var lanes = run.HasEnded ? 0 : Math.Min(run.Spec.Sweep.Parallel ?? int.MaxValue, bench.Slots.MostAtOnce(run.Spec.Resources));
            await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => new Lane(run, secrets, sweep, bench, end, leaving).DriveAsync()));
            await done.CancelAsync();
            await watching;
            await adoption.WhenEndedAsync();
            return null;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // The outermost place that knows the run: whatever broke, the record must end, and say what it was.
            return problem is GradientException told ? Told(told) : $"{problem.GetType().Name}: {problem.Message}";
        }
        finally
        {
            await done.CancelAsync();
            await EndedAsync(watching);
            await EndedAsync(adoption.WhenEndedAsync());
            if (!leaving.IsCancellationRequested && !await IsTakenUpAgainAsync(run.Id))
            {
                await QueuedTrials.CancelAsync(run.Id, end.Reason, bench.Store, bench.Observer);
            }
        }
    }

    private static string ReasonOf(Run ended) => ended.Problem is { Length: > 0 } problem ? problem : "The run has ended.";

    // Somebody ended the run, and somebody takes it up again already: what is queued now is not ours to cancel.
    private async Task<bool> IsTakenUpAgainAsync(RunId id) => _isEndedElsewhere && !(await ReadAsync(id)).HasEnded;

    private static async Task EndWhenDueAsync(Sweep sweep, StopSignal end)
    {
        if (await sweep.ReasonToStopAsync() is { } reason)
        {
            end.Ask(reason);
        }
    }

    // Its own error is told where it is awaited; here only its end counts.
    private static Task EndedAsync(Task task) =>
        task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    // What other processes do to the run is heard of here: `gradientci cancel` moves its record, workers die and leave
    // trials behind. A sweep whose time is up ends here, too, even while a long trial runs.
    private Task WatchAsync(RunId id, Sweep sweep, OrphanAdoption adoption, StopSignal end, CancellationToken done) => BeatAsync(
        async () =>
        {
            await HearAsync(id, end, done);
            await adoption.LookAsync();
            await EndWhenDueAsync(sweep, end);
        },
        end, done);

    private async Task HearAsync(RunId id, StopSignal end, CancellationToken done)
    {
        if (await bench.Store.FindRunAsync(id, done) is { HasEnded: true } ended)
        {
            _isEndedElsewhere = true;
            end.Ask(ReasonOf(ended));
        }
    }

    private async Task BeatAsync(Func<Task> look, StopSignal end, CancellationToken done)
    {
        // Its end is the timer's end: a wait that is cancelled makes a stack trace, with the files and lines of each frame.
        using var beat = new PeriodicTimer(bench.Options.LookInterval, bench.Time);
        await using var over = done.Register(beat.Dispose);
        try
        {
            while (await beat.WaitForNextTickAsync(CancellationToken.None))
            {
                await look();
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
            Front = ending.Front,
            Passed = ending.Passed,
        });
    }

    private Task<Run> MoveAsync(RunId id, RunState to, string problem = "") =>
        UpdateAsync(new RunUpdate(id, Open, to, bench.Time.GetUtcNow(), problem, []));

    // A refused update means that somebody else ended the run meanwhile; the record they wrote is what counts.
    private async Task<Run> UpdateAsync(RunUpdate update)
    {
        await bench.Store.UpdateRunAsync(update, CancellationToken.None);
        var moved = await ReadAsync(update.Id);
        bench.Observer.RunChanged(moved);
        return moved;
    }

    private async Task<Run> ReadAsync(RunId id) => await bench.Store.FindRunAsync(id, CancellationToken.None) ?? throw new GradientException(
        FailureKind.Environment, $"{id} vanished from the database.", "Restore the data folder from a backup.");
}
