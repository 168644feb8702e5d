using System.CommandLine;
using GradientCI.Experiments;
using GradientCI.Cli.Runs;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
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
            var end = RunUpdate.Cancellation(run.Id, "Cancelled by a person.", terminal.Time.GetUtcNow()) with { By = session.Sign() };
            var isOurs = await session.Store.UpdateRunAsync(end, cancellationToken);

            // Whoever drives it sees the record. Without one, what a dead worker left behind is ended here; also when the
            // record had ended before.
            if (!(await WorkerRoster.ReadAsync(session.Data, session.Store, cancellationToken)).Covers(run))
            {
                await SettleAsync(run.Id, session, cancellationToken);
            }

            if (!isOurs)
            {
                throw new GradientException(FailureKind.Usage, $"{run.Id} has already ended.", $"See how with: gradientci show {run.Id}");
            }

            terminal.Out.WriteLine($"{run.Id} is cancelled.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task SettleAsync(RunId id, Session session, CancellationToken cancellationToken)
    {
        using var machine = await Machine.PrepareAsync(session, RunnerOptions.Default, cancellationToken);
        await using var lease = await WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: false, session.Terminal.Time, cancellationToken);
        using var stop = new StopSignal();
        var run = (await session.Store.FindRunAsync(id, cancellationToken))!;
        await new RunDriver(RunSites.WithoutRepository(session, machine, lease.Id)).DriveAsync(run, stop, CancellationToken.None);
    }
}
