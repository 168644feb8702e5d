using System.CommandLine;
using System.Runtime.InteropServices;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci worker</c>: drains the queue, whoever put the work there.</summary>
internal static class WorkerCommand
{
    public static Command Create(Terminal terminal)
    {
        var untilIdle = new Option<bool>("--until-idle") { Description = "End when nothing is left to do" };
        var onlyOne = new Option<bool>("--only-one") { Description = "End at once when another worker lives", Hidden = true };
        var runner = new RunnerSwitches();
        var command = new Command("worker", "Run what is queued: by git push, by run --detach, or left behind by a process that died.") { untilIdle, onlyOne };
        runner.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            if (parsed.GetValue(onlyOne) && (await WorkerRoster.ReadAsync(session.Data, session.Store, cancellationToken)).Alive.Any(worker => worker.TakesAnyRun))
            {
                return ExitCodes.Done;
            }

            if (parsed.GetValue(onlyOne))
            {
                BackgroundWorker.KeepLogShort(session.Data);
            }

            using var machine = await Machine.PrepareAsync(session, runner.Read(parsed), cancellationToken);
            var inbox = new PushInbox(session.Data, session.Store, machine.Provenance, terminal.Time) { Executor = machine.Executor.Name };
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Leave(signal, leave, terminal));
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Leave(signal, leave, terminal));
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Leave(signal, leave, terminal));
            bool isWanted;
            do
            {
                isWanted = await WorkAsync(session, machine, inbox, parsed.GetValue(untilIdle), parsed.GetValue(onlyOne), leave.Token);
            }
            while (isWanted && !leave.IsCancellationRequested && await HasNewWorkAsync(session, inbox));

            return ExitCodes.Done;
        });
        return command;
    }

    /// <returns>False when an older worker does the work.</returns>
    private static async Task<bool> WorkAsync(Session session, Machine machine, PushInbox inbox, bool untilIdle, bool onlyOne, CancellationToken leaving)
    {
        var log = new WorkerLog(session.Terminal);
        await using var lease = await WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: true, session.Terminal.Time, CancellationToken.None);
        if (onlyOne && (await WorkerRoster.ReadAsync(session.Data, session.Store, CancellationToken.None)).Alive.Any(other => other.TakesAnyRun && IsOlder(other.Id, lease.Id)))
        {
            // Both were started before either could be seen. The older one looks for work once more when it leaves.
            return false;
        }

        session.Store.AwaitSpace = DiskSpace.WaitUnlessLeaving(RunSites.WithoutRepository(session, machine, lease.Id) with { Observer = log }, leaving);
        log.Say($"worker {lease.Id} on {session.Data.Root}");
        await using var loop = new WorkerLoop(session, machine, lease, inbox, log);
        await loop.RunAsync(untilIdle, leaving);
        return true;
    }

    private static bool IsOlder(WorkerId one, WorkerId other) => string.CompareOrdinal(one.Value, other.Value) < 0;

    // Whoever brought work while this worker was about to end saw it alive, and started no other.
    private static async Task<bool> HasNewWorkAsync(Session session, PushInbox inbox) =>
        !inbox.IsEmpty || !(await session.Store.ListOpenRunsAsync(WorkerId.None, 1, CancellationToken.None)).IsEmpty;

    private static void Leave(PosixSignalContext signal, CancellationTokenSource leave, Terminal terminal)
    {
        signal.Cancel = true;
        terminal.Say("Leaving: trials that run go on by themselves, and the next worker takes them up.");
        leave.Cancel();
    }
}
