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
        var build = new Option<bool>("--build") { Description = "What the build of the run's image printed, instead" };
        var path = new Option<bool>("--path") { Description = "Print the log's path instead" };
        var command = new Command("logs", "Print what a trial printed.") { id, repository, tail, attempt, follow, build, path };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var (run, number) = await session.FindAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken);
            var isBuild = parsed.GetValue(build) || (number is null && File.Exists(session.Data.BuildLog(run.Id)) && !(await session.Store.ListTrialsAsync(run.Id, 0, 1, cancellationToken)).Any());
            var trial = isBuild ? null
                : number is { } wanted ? TrialLookup.Find(await session.Store.ListTrialsAsync(run.Id, wanted - 1, 1, cancellationToken), each => each.Id, run.Id, wanted)
                : Choose(await session.Store.ListTrialsAsync(run.Id, cancellationToken), run);
            var log = trial is null ? BuildLogOf(run, session.Data) : LogOf(trial, parsed.GetValue(attempt), session.Data);
            if (parsed.GetValue(path))
            {
                terminal.Out.WriteLine(log);
                return ExitCodes.Done;
            }

            if (trial?.CachedFrom is { } origin)
            {
                terminal.Say($"note: {trial.Id} was cached from {origin}; this is what that one printed.");
            }

            Func<CancellationToken, Task<bool>> hasEnded = trial is null ? token => IsBuiltAsync(session, run.Id, token) : new TrialEnd(session.Store, trial.Id).HasComeAsync;
            await LogPrinter.PrintAsync(log, parsed.GetValue(tail), parsed.GetValue(follow) ? hasEnded : null, terminal, cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    // Without a trial's number the one that people want to see: the first that failed, else the only one.
    private static Trial Choose(IReadOnlyList<Trial> trials, Run run) => trials.FirstOrDefault(trial => trial.State.HasFailed())
        ?? (trials.Count == 1 ? trials[0] : null)
        ?? throw new GradientException(FailureKind.Usage, $"{run.Id} has {trials.Count} trials.", $"Name one: gradientci logs {run.Id}.1");

    private static string BuildLogOf(Run run, DataFolder data) => run.Spec.HasImageMade ? data.BuildLog(run.Id) : throw new GradientException(
        FailureKind.Usage, $"{run.Id} has no image built.", $"See what a trial printed with: gradientci logs {run.Id}.1");

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

    private static async Task<bool> IsBuiltAsync(Session session, RunId id, CancellationToken cancellationToken) =>
        await session.Store.FindRunAsync(id, cancellationToken) is not { HasEnded: false, Provenance.ImageDigest: "" };
}
