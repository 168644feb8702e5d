using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Intake;

namespace GradientCI.Cli.Workers;

/// <summary>Drains the queue: takes what was pushed, drives every open run of the data folder, several at a time, and announces those that end.</summary>
internal sealed class WorkerLoop(Session session, Machine machine, WorkerLease lease, PushInbox inbox, Doorbell recorded, WorkerLog log) : IAsyncDisposable
{
    // Each run that is driven is kept in memory; the machine's slots decide how many trials really run.
    private const int RunsAtOnce = 8;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private const int MostFailures = 10;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly RunSites _sites = new(session, machine, lease.Id);
    private readonly ContainerSweep _sweep = new(session, machine, log);
    private readonly Dictionary<RunId, (RunDriver Driver, Task Task)> _driving = [];
    private readonly Dictionary<RunId, DateTimeOffset> _notBefore = [];
    private Task _arrival = Task.CompletedTask;
    private string? _leaseProblem;

    private DateTimeOffset Now => session.Terminal.Time.GetUtcNow();

    /// <summary>Works until it is told to leave; trials that run then live on, for the next worker.</summary>
    /// <param name="untilIdle">Whether to end when nothing is left to do.</param>
    /// <param name="leaving">Cancelled to leave.</param>
    /// <exception cref="GradientException">The database cannot be used, time and again.</exception>
    public async Task RunAsync(bool untilIdle, CancellationToken leaving)
    {
        var announcements = new Announcements(session, _sites, lease.Id, log);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        try
        {
            for (var failures = 0; !leaving.IsCancellationRequested;)
            {
                try
                {
                    if (await StepAsync(announcements, end.Token) && untilIdle)
                    {
                        return;
                    }

                    failures = 0;
                }
                catch (Exception problem) when (failures < MostFailures && problem is not OperationCanceledException)
                {
                    // Trials that run go on, and so do their drivers; a database that was busy or full is asked again.
                    failures++;
                    log.Problem(problem is GradientException told ? $"{told.Message} {told.Remedy}" : $"{problem.GetType().Name}: {problem.Message}");
                }

                await WaitAsync(end.Token);
            }
        }
        finally
        {
            // Nobody may drive on over what is disposed of next.
            await end.CancelAsync();
            await Task.WhenAll(_driving.Values.Select(each => each.Task));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        await _sites.DisposeAsync();
    }

    /// <returns>Whether nothing is left to do.</returns>
    private async Task<bool> StepAsync(Announcements announcements, CancellationToken leaving)
    {
        if (lease.Problem != _leaseProblem)
        {
            _leaseProblem = lease.Problem;
            log.Say(_leaseProblem is null ? "The lease is renewed again." : $"waiting: The lease cannot be renewed: {_leaseProblem}");
        }

        _sweep.BeginWhenDue();
        await TakePushesAsync();
        var isIdle = await TakeUpRunsAsync(leaving);
        return await announcements.TellAsync(CancellationToken.None) && isIdle && inbox.IsEmpty;
    }

    private async Task TakePushesAsync()
    {
        try
        {
            await inbox.TakeAsync(CancellationToken.None);
        }
        catch (GradientException problem)
        {
            // The pusher was told; the push is kept, and taken when that is mended.
            log.Problem($"{problem.Message} {problem.Remedy}");
        }
    }

    /// <returns>Whether there is nothing to drive.</returns>
    private async Task<bool> TakeUpRunsAsync(CancellationToken leaving)
    {
        foreach (var ended in _driving.Where(each => each.Value.Task.IsCompleted).Select(each => each.Key).ToList())
        {
            // One that is not over, as another worker's trial still ends, is looked at again soon, and not at once.
            _driving.Remove(ended);
            _notBefore[ended] = Now + Beat;
        }

        // A run that waits for its image holds nothing, and must not hold up those behind it.
        var waiting = _driving.Values.Count(each => each.Driver.AwaitsImage);
        var open = await session.Store.ListOpenRunsAsync(lease.Id, (RunsAtOnce * 4) + waiting, CancellationToken.None);
        foreach (var run in open.Where(run => !_driving.ContainsKey(run.Id) && _notBefore.GetValueOrDefault(run.Id) <= Now))
        {
            if ((_driving.Count - waiting < RunsAtOnce || await IsUrgentAsync(run)) && await BenchAsync(run) is { } bench)
            {
                var driver = new RunDriver(bench);
                _driving[run.Id] = (driver, DriveAsync(run, driver, leaving));
            }
        }

        return open.IsEmpty && _driving.Count == 0;
    }

    // Trials that nobody watches have no time limit, and what was cancelled must end, however many runs are driven.
    private async Task<bool> IsUrgentAsync(Run run) =>
        run.HasEnded || !(await session.Store.ListOrphansAsync(run.Id, lease.Id, CancellationToken.None)).IsEmpty;

    private async Task DriveAsync(Run run, RunDriver driver, CancellationToken leaving)
    {
        using var stop = new StopSignal();
        try
        {
            await driver.DriveAsync(run, stop, leaving);
        }
        catch (Exception problem)
        {
            // One run's trouble must not end the others; it is taken up again, from its record.
            log.Problem($"{run.Id}: {(problem is GradientException told ? $"{told.Message} {told.Remedy}" : $"{problem.GetType().Name}: {problem.Message}")}", run.Id);
            await Task.Delay(RetryAfter, session.Terminal.Time, leaving).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <returns>What to drive the run with; null when it is left to others, or to later.</returns>
    private async Task<Workbench?> BenchAsync(Run run)
    {
        try
        {
            if (await _sites.FindAsync(run.Id.Project, CancellationToken.None) is { } site)
            {
                return run.HasEnded || await FitsHereAsync(run) ? site.Bench with { Observer = log } : null;
            }

            var update = new RunUpdate(
                run.Id, [RunState.Queued, RunState.Running], RunState.Errored, Now, "Its repository is not where it was. Put it back, and take the run up with gradientci retry.");
            await session.Store.UpdateRunAsync(update, CancellationToken.None);
            return RunSites.WithoutRepository(session, machine, lease.Id) with { Observer = log };
        }
        catch (GradientException problem)
        {
            log.Problem($"{run.Id} waits: {problem.Message} {problem.Remedy}", run.Id);
            _notBefore[run.Id] = Now + RetryAfter;
            return null;
        }
    }

    // A run that needs more than this machine's slots is another worker's, as long as there is one; else it ends with a sentence.
    private async Task<bool> FitsHereAsync(Run run)
    {
        try
        {
            _ = machine.Slots.MostAtOnce(run.Spec.Resources);
            return true;
        }
        catch (GradientException problem)
        {
            var others = (await WorkerRoster.ReadAsync(session.Data, session.Store, CancellationToken.None)).Alive.Where(worker => worker.TakesAnyRun && worker.Id != lease.Id);
            if (!others.Any())
            {
                return true;
            }

            log.Say($"{run.Id} is left to other workers: {problem.Message}", run.Id);
            _notBefore[run.Id] = Now + RetryAfter;
            return false;
        }
    }

    private async Task WaitAsync(CancellationToken leaving)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        _arrival = _arrival.IsCompleted ? inbox.ArrivedAsync(leaving) : _arrival;
        await Task.WhenAny([recorded.WaitAsync(Beat, session.Terminal.Time, enough.Token), _arrival, .. _driving.Values.Select(each => each.Task)]);
        await enough.CancelAsync();
    }
}
