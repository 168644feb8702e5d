using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Workers;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci pause</c>, <c>drain</c> and <c>resume</c>: whether new trials start on the data folder.</summary>
internal static class PauseCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Pause(Terminal terminal)
    {
        var reason = Reason();
        var command = new Command("pause", "Let no new trial start, whichever worker would; trials that run go on.") { reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            await PauseAsync(session, parsed.GetValue(reason), cancellationToken);
            var running = (await session.Store.ReadBacklogAsync(cancellationToken)).RunningTrials;
            terminal.Out.WriteLine(running == 0 ? "Nothing runs." : $"{Plain.Count(running, "trial")} {(running == 1 ? "runs" : "run")} on.");
            return ExitCodes.Done;
        });
        return command;
    }

    public static Command Drain(Terminal terminal)
    {
        var reason = Reason();
        var command = new Command("drain", "Pause, and wait until no trial runs; Ctrl-C ends the waiting, never the pause.") { reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            using var leave = new LeaveSignals(() => { }, cancellationToken);
            await PauseAsync(session, parsed.GetValue(reason), cancellationToken);
            try
            {
                await AwaitQuietAsync(session, leave.Token);
            }
            catch (OperationCanceledException) when (leave.Token.IsCancellationRequested)
            {
                terminal.Say("Not waiting any more; it stays paused until gradientci resume.");
                return ExitCodes.Cancelled;
            }

            terminal.Out.WriteLine("Nothing runs.");
            return ExitCodes.Done;
        });
        return command;
    }

    public static Command Resume(Terminal terminal)
    {
        var command = new Command("resume", "Let trials start again.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var wasPaused = await session.Store.ResumeAsync(session.Sign(), cancellationToken);
            terminal.Out.WriteLine(wasPaused ? "Trials start again." : "It was not paused.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Option<string?> Reason() => new("--reason") { Description = "Why, for whoever wonders", HelpName = "TEXT" };

    private static async Task PauseAsync(Session session, string? reason, CancellationToken cancellationToken)
    {
        var pause = new Pause(session.Terminal.Time.GetUtcNow(), session.Terminal.Person, reason ?? "");
        await session.Store.PauseAsync(pause, cancellationToken);

        // An earlier pause stays as it was, and this is what holds.
        session.Terminal.Out.WriteLine(Plain.Line($"{await session.Store.FindPauseAsync(cancellationToken)}"));
    }

    private static async Task AwaitQuietAsync(Session session, CancellationToken cancellationToken)
    {
        var (told, isAlone) = (0, false);
        while (await session.Store.ReadBacklogAsync(cancellationToken) is { RunningTrials: > 0 and var running } backlog)
        {
            if (running != told)
            {
                told = running;
                session.Terminal.Say($"Waiting for {Plain.Count(running, "trial")}.");
            }

            if (backlog.LivingWorkers == 0 && !isAlone)
            {
                isAlone = true;
                session.Terminal.Say("No worker lives to see them end. Start one with: gradientci worker");
            }

            await Task.Delay(Look, session.Terminal.Time, cancellationToken);
        }
    }
}
