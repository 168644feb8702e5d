using System.CommandLine;
using GradientCI.Runner.Workers;
using GradientCI.Experiments;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci show</c>: a run or a trial as its record stands.</summary>
internal static class ShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.RunOrTrial("The run or trial");
        var repository = GlobalOptions.Repository();
        var json = GlobalOptions.Json();
        var command = new Command("show", "Show a run with its checks and trials, or one trial.") { id, repository, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var (run, trial) = await session.FindAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken);
            var report = await RunReports.MakeLiveAsync(session, run.Id, cancellationToken);
            terminal.Out.Write(
                parsed.GetValue(json) ? ReportFormats.Json.Write(report)
                : trial is { } number ? OfTrial(TrialLookup.Find(report.Run.Trials, trial => trial.Trial.Id, run.Id, number), report, session)
                : Summary.Of(report, null) + await InterruptionAsync(session, run, cancellationToken) + OpenLinks.Text(report.LiveLinks) + TrialTable.Of(report)
                    + ReproductionLines.Of(report.Reproduction, "the best trial"));
            return ExitCodes.Done;
        });
        return command;
    }

    private static string OfTrial(TrialSnapshot trial, Report report, Session session) =>
        TrialDetails.Of(trial, report.LiveLinks, session.Data) + ReproductionLines.Of(Reproduction.Of(report.Run.Run, trial.Trial), "its parameters");

    private static async Task<string> InterruptionAsync(Session session, Run run, CancellationToken cancellationToken) =>
        !run.HasEnded && !(await WorkerRoster.ReadAsync(session.Data, session.Store, cancellationToken)).Covers(run)
            ? $"  note: Nobody drives this run. Take it up with: gradientci worker --until-idle\n"
            : "";
}
