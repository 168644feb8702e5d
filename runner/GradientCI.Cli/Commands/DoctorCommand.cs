using System.CommandLine;
using GradientCI.Cli.Doctor;
using GradientCI.Cli.Output;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci doctor</c>: what is wrong with this machine, and what to do about it.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal)
    {
        var repository = new Option<string?>("--repo") { Description = "Also look at this Git repository and its hook", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print JSON for scripts" };
        var command = new Command("doctor", "Check git, disk, clock, database, GPUs and workers; say what to do. Changes nothing.") { repository, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var data = Session.Locate(parsed, terminal);
            var folder = parsed.GetValue(repository) is { } given ? Path.GetFullPath(given, terminal.Directory) : null;
            var found = new List<(string Name, HostVerdict Verdict)>();
            foreach (var check in HostChecks.All(data, folder, terminal))
            {
                var verdict = await HostChecks.AskAsync(check, cancellationToken);
                found.Add((check.Name, verdict));
                if (!parsed.GetValue(json))
                {
                    terminal.Out.Write(DoctorText.Line(check.Name, verdict));
                }
            }

            if (parsed.GetValue(json))
            {
                terminal.Out.Write(DoctorText.Json(found));
            }

            return found.Any(each => each.Verdict.Level == HostLevel.Problem) ? ExitCodes.Environment : ExitCodes.Done;
        });
        return command;
    }
}
