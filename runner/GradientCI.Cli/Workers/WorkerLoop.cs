using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Workers;

/// <summary>Drains the queue: takes what was pushed, drives every open run of the data folder, several at a time, and announces those that end.</summary>
internal sealed class WorkerLoop(Session session, Machine machine, WorkerLease lease, PushInbox inbox, WorkerLog log) : IAsyncDisposable
{
    // Each run that is driven is kept in memory; the machine's slots decide how many trials really run.
    private const int RunsAtOnce = 8;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly RunSites _sites = new(session, machine, lease.Id);
    private readonly Dictionary<RunId, Task> _driving = [];
    private readonly Dictionary<RunId, DateTimeOffset> _notBefore = [];
    private Task _arrival = Task.CompletedTask;

    /// <summary>Works until it is told to leave; trials that run then live on, for the next worker.</summary>
    /// <param name="untilIdle">Whether to end when nothing is left to do.</param>
    /// <param name="leaving">Cancelled to leave.</param>
    /// <exception cref="GradientException">The database cannot be used.</exception>
    public async Task RunAsync(bool untilIdle, CancellationToken leaving)
    {
        var announcements = new Announcements(session, _sites, lease.Id, log);
        while (!leaving.IsCancellationRequested)
        {
            await TakePushesAsync();
            var isIdle = await TakeUpRunsAsync(leaving);
            isIdle &= await announcements.TellAsync(CancellationToken.None);
            if (untilIdle && isIdle && inbox.IsEmpty)
            {
                return;
            }

            await WaitAsync(leaving);
        }

        await Task.WhenAll(_driving.Values);
    }

    public ValueTask DisposeAsync() => _sites.DisposeAsync();

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
        foreach (var ended in _driving.Where(each => each.Value.IsCompleted).ToList())
        {
            _driving.Remove(ended.Key);
            await ended.Value;
        }

        var now = session.Terminal.Time.GetUtcNow();
        var open = await session.Store.ListOpenRunsAsync(lease.Id, RunsAtOnce * 4, CancellationToken.None);
        foreach (var run in open.Where(run => !_driving.ContainsKey(run.Id) && _notBefore.GetValueOrDefault(run.Id) <= now).Take(RunsAtOnce - _driving.Count))
        {
            _driving[run.Id] = DriveAsync(run, leaving);
        }

        return open.IsEmpty && _driving.Count == 0;
    }

    private async Task DriveAsync(Run run, CancellationToken leaving)
    {
        using var stop = new StopSignal();
        try
        {
            await new RunDriver(await BenchAsync(run)).DriveAsync(run, stop, leaving);
        }
        catch (GradientException problem)
        {
            log.Problem($"{run.Id}: {problem.Message} {problem.Remedy}");
            _notBefore[run.Id] = session.Terminal.Time.GetUtcNow() + RetryAfter;
        }
    }

    private async Task<Workbench> BenchAsync(Run run)
    {
        try
        {
            return (await _sites.OfAsync(run.Id.Project, CancellationToken.None)).Bench with { Observer = log };
        }
        catch (GradientException problem)
        {
            var update = new RunUpdate(run.Id, [RunState.Queued, RunState.Running], RunState.Errored, session.Terminal.Time.GetUtcNow(), $"{problem.Message} {problem.Remedy}");
            await session.Store.UpdateRunAsync(update, CancellationToken.None);
            return RunSites.WithoutRepository(session, machine, lease.Id) with { Observer = log };
        }
    }

    private async Task WaitAsync(CancellationToken leaving)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        _arrival = _arrival.IsCompleted ? inbox.ArrivedAsync(leaving) : _arrival;
        await Task.WhenAny([Task.Delay(Beat, session.Terminal.Time, enough.Token), _arrival, .. _driving.Values]);
        await enough.CancelAsync();
    }
}
