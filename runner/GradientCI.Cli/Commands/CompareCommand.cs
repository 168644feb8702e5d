using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci compare</c>: what differs between two runs.</summary>
internal static class CompareCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.Run();
        var other = new Argument<string?>("BASE") { Description = "The run to compare with [default: its baseline]", Arity = ArgumentArity.ZeroOrOne };
        var repository = GlobalOptions.Repository();
        var json = GlobalOptions.Json();
        var command = new Command("compare", "Compare a run with its baseline, or with another run.") { id, other, repository, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var folder = parsed.GetRequiredValue(repository);
            var run = (await session.FindAsync(parsed.GetRequiredValue(id), folder, cancellationToken)).Whole("compare");
            var against = parsed.GetValue(other) is { } text
                ? (await session.FindAsync(text, folder, cancellationToken)).Whole("compare").Id
                : run.Baseline;
            if (against is null)
            {
                throw new GradientException(FailureKind.Usage, $"{run.Id} has no baseline. {run.BaselineNote}", $"Name a run to compare with: gradientci compare {run.Id} BASE");
            }

            if (await session.Store.FindRunAsync(against.Value, cancellationToken) is null)
            {
                throw new GradientException(FailureKind.Usage, $"{against}, the baseline of {run.Id}, has been deleted.", $"Name a run to compare with: gradientci compare {run.Id} BASE");
            }

            var report = await RunReports.MakeAsync(session.Store, run.Id, against, cancellationToken);
            terminal.Out.Write(parsed.GetValue(json) ? ReportFormats.Json.Write(report) : Summary.OfComparison(report));
            return ExitCodes.Done;
        });
        return command;
    }
}
