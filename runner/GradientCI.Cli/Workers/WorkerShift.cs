using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Intake;

namespace GradientCI.Cli.Workers;

/// <summary>A worker's time on a data folder, from the beginning of its lease to the end.</summary>
internal sealed class WorkerShift(Session session, Machine machine, WorkerLog log)
{
    /// <summary>What leaving means, for whoever sees a worker leave.</summary>
    public const string Leaving = "Leaving: trials that run go on by themselves, and the next worker takes them up.";

    /// <summary>Rung by whoever records runs in this process, so that they are taken up at once.</summary>
    public Doorbell Recorded { get; init; } = new();

    /// <summary>Called when the runs of a push to a project are recorded.</summary>
    public Func<ProjectId, CancellationToken, Task> PushedAsync { get; init; } = (_, _) => Task.CompletedTask;

    private PushInbox Inbox => field ??= new PushInbox(session.Data, session.Store, machine.Provenance, session.Terminal.Time)
    {
        Executor = machine.Executor.Name, PushedAsync = PushedAsync,
    };

    /// <summary>Works until it is told to leave.</summary>
    /// <param name="untilIdle">Whether to end when nothing is left to do.</param>
    /// <param name="onlyOne">Whether to end at once when there is an older worker.</param>
    /// <param name="leaving">Cancelled to leave.</param>
    /// <returns>False when an older worker does the work.</returns>
    public async Task<bool> WorkAsync(bool untilIdle, bool onlyOne, CancellationToken leaving)
    {
        await using var lease = await WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: true, session.Terminal.Time, CancellationToken.None);
        if (onlyOne && (await WorkerRoster.ReadAsync(session.Data, session.Store, CancellationToken.None)).Alive.Any(other => other.TakesAnyRun && IsOlder(other.Id, lease.Id)))
        {
            // Both were started before either could be seen. The older one looks for work once more when it leaves.
            return false;
        }

        session.Store.AwaitSpace = DiskSpace.WaitUnlessLeaving(RunSites.WithoutRepository(session, machine, lease.Id) with { Observer = log }, leaving);
        log.Say($"worker {lease.Id} on {session.Data.Root}");
        await using var loop = new WorkerLoop(session, machine, lease, Inbox, Recorded, log);
        await loop.RunAsync(untilIdle, leaving);
        return true;
    }

    /// <summary>Whether there is work again: whoever brought it while a worker was about to end saw that one alive, and started no other.</summary>
    public async Task<bool> HasNewWorkAsync() =>
        !Inbox.IsEmpty || !(await session.Store.ListOpenRunsAsync(WorkerId.None, 1, CancellationToken.None)).IsEmpty;

    private static bool IsOlder(WorkerId one, WorkerId other) => string.CompareOrdinal(one.Value, other.Value) < 0;
}
