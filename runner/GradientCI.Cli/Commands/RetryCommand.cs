using System.CommandLine;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;

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
            await using var open = await GitRepository.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(repository), terminal.Directory), cancellationToken);
            var project = ProjectIdentity.Of(open);
            var (run, trial) = await RunReferences.FindInAsync(session.Store, parsed.GetRequiredValue(id), project.Id, cancellationToken);
            await using var site = await RunSite.PrepareAsync(session, open, project, runner.Read(parsed), cancellationToken);
            run = await RunRevival.QueueAgainAsync(run, trial, site.Bench, cancellationToken);
            return await RunToReport.DriveAsync(run, RunDelivery.Of(parsed.GetValue(json)), site, cancellationToken);
        });
        return command;
    }
}
