using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci why</c>: why a trial was computed, or from where it was taken over.</summary>
internal static class WhyCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.RunOrTrial("The trial");
        var repository = GlobalOptions.Repository();
        var json = GlobalOptions.Json();
        var command = new Command("why", "Say why a trial was computed: what differs from the nearest earlier one.") { id, repository, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var (run, number) = await session.FindAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken);
            var trial = Choose(await session.Store.ListTrialsAsync(run.Id, cancellationToken), run, number);
            var answer = await WhyAnswer.FindAsync(run, trial, session.Store, session.Data, cancellationToken);
            terminal.Out.Write(parsed.GetValue(json) ? WhyJson.Of(answer) : string.Concat(WhyText.Of(answer).Select(line => line + "\n")));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Trial Choose(IReadOnlyList<Trial> trials, Run run, int? number) =>
        number is { } wanted ? TrialLookup.Find(trials, trial => trial.Id, run.Id, wanted)
        : trials.Count == 1 ? trials[0]
        : throw new GradientException(FailureKind.Usage, $"{run.Id} has {Plain.Count(trials.Count, "trial")}.", $"Name one: gradientci why {run.Id}.1");
}
