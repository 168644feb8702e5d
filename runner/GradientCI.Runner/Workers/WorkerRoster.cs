using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Linux;
using GradientCI.Stores;

namespace GradientCI.Runner.Workers;

/// <summary>Who lives, for those who only look.</summary>
public sealed class WorkerRoster
{
    private readonly ImmutableHashSet<WorkerId> _alive;

    private WorkerRoster(IEnumerable<Worker> alive)
    {
        Alive = [.. alive];
        _alive = [.. Alive.Select(worker => worker.Id)];
    }

    /// <summary>The workers whose lease holds and who have not died on this machine.</summary>
    public ImmutableArray<Worker> Alive { get; }

    /// <summary>Reads who lives.</summary>
    public static async Task<WorkerRoster> ReadAsync(DataFolder data, IWorkQueue queue, CancellationToken cancellationToken) => new(
        (await queue.ListWorkersAsync(cancellationToken))
            .Where(each => each.IsAlive && FileLock.IsTaken(data.WorkerLock(each.Worker.Id)) != false)
            .Select(each => each.Worker));

    /// <summary>Whether somebody lives who drives an open run, or will.</summary>
    public bool Covers(Run run) => _alive.Contains(run.Attendant) || Alive.Any(worker => worker.TakesAnyRun);

    /// <summary>Whether the record says that a run is running while nobody drives it.</summary>
    public bool IsInterrupted(Run run) => run.State == RunState.Running && !Covers(run);
}
