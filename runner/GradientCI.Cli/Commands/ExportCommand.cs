using System.CommandLine;
using GradientCI.Cli.Export;
using GradientCI.Cli.Output;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci export</c>: a run as files that stand alone.</summary>
internal static class ExportCommand
{
    private const int MostNotes = 3;

    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.Run();
        var repository = GlobalOptions.Repository();
        var to = new Option<string?>("--to") { Description = "A file ending in .tar.gz, or a folder [default: digits-12.tar.gz here]", HelpName = "PATH" };
        var force = new Option<bool>("--force") { Description = "Replace an earlier export" };
        var command = new Command("export", "Pack a run into files that stand alone: report, manifest, logs, all series, artifacts.") { id, repository, to, force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var run = (await session.FindAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken)).Whole("export");
            if (run is not { HasEnded: true, EndedAt: { } end })
            {
                throw new GradientException(FailureKind.Usage, $"{run.Id} has not ended.", $"Wait for it with: gradientci watch {run.Id}");
            }

            var name = $"{run.Id.Experiment}-{run.Id.Number}";
            var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetValue(to) ?? $"{name}.tar.gz", terminal.Directory));
            var notes = await new BundleTarget(path, session.Data).WriteAsync(
                name, end, parsed.GetValue(force), bundle => new RunBundle(run, session, bundle).WriteAsync(cancellationToken));
            foreach (var note in notes.Take(MostNotes))
            {
                terminal.Say($"note: {Plain.Line(note)}");
            }

            if (notes.Count - MostNotes is > 0 and var more)
            {
                terminal.Say($"note: {(more == 1 ? "1 more file is" : $"{more} more files are")} missing; README.txt of the bundle names all of them.");
            }

            terminal.Out.WriteLine(path);
            return ExitCodes.Done;
        });
        return command;
    }
}
