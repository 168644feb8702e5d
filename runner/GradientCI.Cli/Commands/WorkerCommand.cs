using System.CommandLine;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
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

            if (parsed.GetValue(onlyOne))
            {
                BackgroundWorker.KeepLogShort(session.Data);
            }

            using var machine = await Machine.PrepareAsync(session, runner.Read(parsed), cancellationToken);
            var shift = new WorkerShift(session, machine, WorkerLog.To(terminal));
            using var leave = new LeaveSignals(() => terminal.Say(WorkerShift.Leaving), cancellationToken);
            bool isWanted;
            do
            {
                isWanted = await shift.WorkAsync(parsed.GetValue(untilIdle), parsed.GetValue(onlyOne), leave.Token);
            }
            while (isWanted && !leave.Token.IsCancellationRequested && await shift.HasNewWorkAsync());

            return ExitCodes.Done;
        });
        return command;
    }
}
