using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Runner.Workers;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci list</c>: runs, newest first.</summary>
internal static class ListCommand
{
    // What a service answers is in its memory for as long as the caller takes to read it.
    private const int MostForCallers = 1_000;

    public static Command Create(Terminal terminal)
    {
        var experiment = new Argument<string?>("EXPERIMENT") { Description = "Only runs of this experiment", Arity = ArgumentArity.ZeroOrOne };
        var repository = GlobalOptions.Repository();
        var all = new Option<bool>("--all") { Description = "Runs of every project, not only of this repository" };
        var limit = new Option<int>("--limit") { Description = "At most so many", HelpName = "N", DefaultValueFactory = _ => 20 };
        var json = GlobalOptions.Json();
        var command = new Command("list", "List runs, newest first.") { experiment, repository, all, limit, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var project = parsed.GetValue(all) ? session.Confinement : await session.CurrentProjectAsync(parsed.GetRequiredValue(repository), cancellationToken);
            var query = new RunQuery { Project = project, Experiment = parsed.GetValue(experiment), Limit = Math.Clamp(parsed.GetValue(limit), 1, terminal.Caller is null ? int.MaxValue : MostForCallers) };
            var runs = await session.Store.ListRunsAsync(query, cancellationToken);
            var paused = await session.Store.FindPauseAsync(cancellationToken);
            terminal.Out.Write(parsed.GetValue(json) ? RunListJson.Of(runs, paused) : Table(runs, await WorkerRoster.ReadAsync(session.Data, session.Store, cancellationToken), terminal));
            if (paused is { } pause)
            {
                terminal.Say(Plain.Line($"note: {pause}"));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static string Table(IReadOnlyCollection<Run> runs, WorkerRoster roster, Terminal terminal)
    {
        if (runs.Count == 0)
        {
            return "No runs yet. Start one with: gradientci run\n";
        }

        var table = new TextTable("RUN", "STATE", "BEST", "COMMIT", "REF", "WHEN", "SUBJECT");
        var now = terminal.Time.GetUtcNow();
        foreach (var run in runs)
        {
            table.Add(
                $"{run.Id}", roster.IsInterrupted(run) ? "interrupted" : RunWords.Of(run), Plain.Fit(BestText.Of(run), 60),
                run.Commit.Sha.Short, Plain.Fit(run.Commit.RefName, 24), RunWords.Ago(now - run.CreatedAt), Plain.Fit(run.Commit.Subject, 50));
        }

        return table.ToString();
    }
}
