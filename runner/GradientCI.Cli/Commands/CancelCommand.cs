using System.CommandLine;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci cancel</c>: ends a run, whichever process drives it.</summary>
internal static class CancelCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.Run();
        var repository = GlobalOptions.Repository();
        var command = new Command("cancel", "End a run: its trials get SIGTERM and 30 s, and its record stays.") { id, repository };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var run = (await session.FindHereAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken)).Whole("cancel");
            var update = new RunUpdate(run.Id, [RunState.Queued, RunState.Running], RunState.Cancelled, terminal.Time.GetUtcNow(), "Cancelled by a person.");
            var isOurs = await session.Store.UpdateRunAsync(update, cancellationToken);

            // Also when the record had ended: a driver that died in the middle of it may have left processes behind.
            await RunCancellation.SettleAsync(run, session.Data, session.Store, new ProcessExecutor(terminal.Time), terminal.Time);
            if (!isOurs)
            {
                throw new GradientException(FailureKind.Usage, $"{run.Id} has already ended.", $"See how with: gradientci show {run.Id}");
            }

            terminal.Out.WriteLine($"{run.Id} is cancelled.");
            return ExitCodes.Done;
        });
        return command;
    }
}
