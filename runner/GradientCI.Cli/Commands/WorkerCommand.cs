using System.CommandLine;
using System.Runtime.InteropServices;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;

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

            using var machine = await Machine.PrepareAsync(session, runner.Read(parsed), cancellationToken);
            await WorkAsync(session, machine, parsed.GetValue(untilIdle), cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task WorkAsync(Session session, Machine machine, bool untilIdle, CancellationToken cancellationToken)
    {
        var terminal = session.Terminal;
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Leave(signal, leave, terminal));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Leave(signal, leave, terminal));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Leave(signal, leave, terminal));
        var log = new WorkerLog(terminal);
        await using var lease = await WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: true, terminal.Time, cancellationToken);
        session.Store.AwaitSpace = DiskSpace.WaitBefore(RunSites.WithoutRepository(session, machine, lease.Id) with { Observer = log }, leave.Token);
        log.Say($"worker {lease.Id} on {session.Data.Root}");
        await using var loop = new WorkerLoop(session, machine, lease, log);
        await loop.RunAsync(untilIdle, leave.Token);
    }

    private static void Leave(PosixSignalContext signal, CancellationTokenSource leave, Terminal terminal)
    {
        signal.Cancel = true;
        terminal.Say("Leaving: trials that run go on by themselves, and the next worker takes them up.");
        leave.Cancel();
    }
}
