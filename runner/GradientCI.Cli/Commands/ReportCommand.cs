using System.CommandLine;
using GradientCI.Cli.Runs;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci report</c>: writes the report of a run again, or prints one format of it.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.Run();
        var repository = GlobalOptions.Repository();
        var format = new Option<string?>("--format") { Description = "Print this format instead of writing all", HelpName = "NAME" };
        format.AcceptOnlyFromAmong([.. ReportFormats.All.Select(each => each.Name)]);
        var output = new Option<string?>("--output") { Description = "Where the files are written [default: in the data folder]", HelpName = "DIR" };
        var command = new Command("report", "Write the report of a run: HTML, Markdown, JSON and CSV.") { id, repository, format, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var run = (await session.FindAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken)).Whole("report");
            var report = await RunReports.MakeAsync(session.Store, run.Id, null, cancellationToken);
            if (parsed.GetValue(format) is { } name)
            {
                terminal.Out.Write(ReportFormats.Find(name).Write(report));
                return ExitCodes.Done;
            }

            var folder = parsed.GetValue(output) is { } given ? Path.GetFullPath(given, terminal.Directory) : session.Data.Report(run.Id);
            await RunReports.WriteAsync(report, folder, cancellationToken);
            terminal.Out.WriteLine(Path.Combine(folder, ReportFormats.Html.FileName));
            return ExitCodes.Done;
        });
        return command;
    }
}
