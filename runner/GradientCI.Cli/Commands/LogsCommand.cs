using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Experiments;
using GradientCI.Runner;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci logs</c>: what a trial printed.</summary>
internal static class LogsCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.RunOrTrial("The trial");
        var repository = GlobalOptions.Repository();
        var tail = new Option<int?>("--tail") { Description = "Only the last lines", HelpName = "N" };
        var attempt = new Option<int?>("--attempt") { Description = "An earlier attempt [default: the last]", HelpName = "N" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the trial has ended" };
        var path = new Option<bool>("--path") { Description = "Print the log's path instead" };
        var command = new Command("logs", "Print what a trial printed.") { id, repository, tail, attempt, follow, path };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var (run, number) = await session.FindAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken);
            var trial = number is { } wanted
                ? TrialLookup.Find(await session.Store.ListTrialsAsync(run.Id, wanted - 1, 1, cancellationToken), each => each.Id, run.Id, wanted)
                : Choose(await session.Store.ListTrialsAsync(run.Id, cancellationToken), run);
            var log = LogOf(trial, parsed.GetValue(attempt), session.Data);
            if (parsed.GetValue(path))
            {
                terminal.Out.WriteLine(log);
                return ExitCodes.Done;
            }

            if (trial.CachedFrom is { } origin)
            {
                terminal.Say($"note: {trial.Id} was cached from {origin}; this is what that one printed.");
            }

            var end = parsed.GetValue(follow) ? new TrialEnd(session.Store, trial.Id) : null;
            await LogPrinter.PrintAsync(log, parsed.GetValue(tail), end, terminal, cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    // Without a trial's number the one that people want to see: the first that failed, else the only one.
    private static Trial Choose(IReadOnlyList<Trial> trials, Run run) => trials.FirstOrDefault(trial => trial.State.HasFailed())
        ?? (trials.Count == 1 ? trials[0] : null)
        ?? throw new GradientException(FailureKind.Usage, $"{run.Id} has {trials.Count} trials.", $"Name one: gradientci logs {run.Id}.1");

    private static string LogOf(Trial trial, int? attempt, DataFolder data) =>
        trial.CachedFrom is not null && attempt is null ? data.Log(trial)! : data.Log(Attempt(trial, attempt));

    private static AttemptId Attempt(Trial trial, int? number)
    {
        var wanted = number ?? trial.Attempts.Length;
        return trial.Attempts.FirstOrDefault(attempt => attempt.Id.Number == wanted)?.Id ?? throw new GradientException(
            FailureKind.Usage, trial.CachedFrom is { } origin ? $"{trial.Id} has no attempts: it was cached from {origin}."
            : trial.Attempts.IsEmpty ? $"{trial.Id} has not started." : $"{trial.Id} has no attempt {wanted}.",
            $"See its state with: gradientci show {trial.Id}");
    }
}
