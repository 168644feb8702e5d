using System.CommandLine;
using GradientCI.Cli.Runs;
using GradientCI.Runner.Git;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci drive</c>, hidden: what <c>run --detach</c> leaves behind.</summary>
internal static class DriveCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.Run();
        var repository = GlobalOptions.Repository();
        var runner = new RunnerSwitches();
        var report = new Option<string?>("--report");
        var command = new Command("drive", "Drive a recorded run to its end.") { id, repository, report };
        command.Hidden = true;
        runner.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var open = await GitRepository.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(repository), terminal.Directory), cancellationToken);
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var project = ProjectIdentity.Of(open);
            var (run, _) = await RunReferences.FindInAsync(session.Store, parsed.GetRequiredValue(id), project.Id, cancellationToken);
            await using var site = await RunSite.PrepareAsync(session, open, project, runner.Read(parsed), cancellationToken);
            return await RunToReport.DriveAsync(run, new RunDelivery(RunPrint.Nothing, parsed.GetValue(report)), site, cancellationToken);
        });
        return command;
    }
}
