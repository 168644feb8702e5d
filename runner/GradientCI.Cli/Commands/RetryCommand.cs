using System.CommandLine;
using GradientCI.Cli.Remote;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci retry</c>: what did not succeed is tried again, and an unfinished sweep goes on.</summary>
internal static class RetryCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.RunOrTrial("The run or trial");
        var repository = GlobalOptions.Repository();
        var json = GlobalOptions.Json();
        var runner = new RunnerSwitches();
        var command = new Command("retry", "Try again what failed, timed out, was lost or cancelled; an unfinished sweep goes on.") { id, repository, json };
        runner.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            if (terminal.Caller is not null)
            {
                var named = await session.FindHereAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken);
                return await CalledRun.RetryAsync(named, parsed.GetValue(json), session, cancellationToken);
            }

            await using var open = await GitRepository.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(repository), terminal.Directory), cancellationToken);
            var project = await ProjectIdentity.OfAsync(open, session.Store, cancellationToken);
            var (run, trial) = await RunReferences.FindInAsync(session.Store, parsed.GetRequiredValue(id), project.Id, cancellationToken);
            if (!run.HasEnded && (await WorkerRoster.ReadAsync(session.Data, session.Store, cancellationToken)).Covers(run))
            {
                throw new GradientException(FailureKind.Usage, $"{run.Id} is being driven by another process.", $"Watch it with: gradientci watch {run.Id}");
            }

            using var machine = await Machine.PrepareAsync(session, runner.Read(parsed), cancellationToken);
            await using var lease = await WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: false, terminal.Time, cancellationToken);
            await using var site = RunSite.Open(session, open, project, machine, lease.Id);
            run = await new RunRevival(session.Store, session.Store, lease.Id, terminal.Time).QueueAgainAsync(run, trial, session.Sign(), cancellationToken);
            return await RunToReport.DriveAsync(run, parsed.GetValue(json) ? RunPrint.Json : RunPrint.Summary, site, cancellationToken);
        });
        return command;
    }
}
