using System.Collections.Immutable;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner.Linux;

namespace GradientCI.Cli.Workers;

/// <summary>Removes containers whose attempts have ended, now and then: a killed worker or an absent Engine leaves some behind.</summary>
/// <remarks>In the background: an Engine that hangs must hold up nothing else. For one caller at a time.</remarks>
internal sealed class ContainerSweep(Session session, Machine machine, WorkerLog log) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _end = new();
    private Task _sweeping = Task.CompletedTask;
    private bool _knowsOfGpus = machine.Slots.ReadUse().Gpus == 0;
    private long? _sweptAt;

    /// <summary>Begins, unless that was a moment ago.</summary>
    public void BeginWhenDue()
    {
        var time = session.Terminal.Time;
        if (_sweeping.IsCompleted && (_sweptAt is not { } before || time.GetElapsedTime(before) >= Interval))
        {
            _sweptAt = time.GetTimestamp();
            _sweeping = Task.Run(SweepAsync);
        }
    }

    /// <summary>Waits for what is being removed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _sweeping;
        _end.Dispose();
    }

    private async Task SweepAsync()
    {
        try
        {
            await TellOfGpusAsync();
            var runs = new Dictionary<RunId, ImmutableArray<Trial>>();
            var removed = await machine.Containers.RemoveOrphansAsync(attempt => IsOpenAsync(attempt, runs), digest => FileLock.TryTake(session.Data.BuildLock(digest)), _end.Token);
            if (removed > 0)
            {
                log.Say($"Containers of trials that have ended were removed: {removed}.");
            }
        }
        catch (Exception problem) when (problem is GradientException or OperationCanceledException or IOException)
        {
            // No Engine, as on most machines without images; a lock that cannot be opened; or we leave.
        }
    }

    // Once, and not before there is an Engine: without GPUs, or without containers, it is nobody's problem.
    private async Task TellOfGpusAsync()
    {
        if (!_knowsOfGpus)
        {
            var problem = (await machine.Containers.ReadFactsAsync(_end.Token)).FindGpuProblem();
            _knowsOfGpus = true;
            if (problem is not null)
            {
                log.Problem($"{problem.Message} {problem.Remedy}");
            }
        }
    }

    // Containers were listed before a run is read: one that is younger than what we read of its run is not among them.
    private async Task<bool> IsOpenAsync(AttemptId attempt, Dictionary<RunId, ImmutableArray<Trial>> runs)
    {
        if (!runs.TryGetValue(attempt.Trial.Run, out var trials))
        {
            runs[attempt.Trial.Run] = trials = await session.Store.ListTrialsAsync(attempt.Trial.Run, _end.Token);
        }

        return trials.FirstOrDefault(trial => trial.Id == attempt.Trial) is { } trial
            && trial.Attempts.Any(each => each.Id == attempt && each.Outcome is null);
    }
}
