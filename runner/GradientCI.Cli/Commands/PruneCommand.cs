using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Runner.Retention;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci prune</c>: deletes old runs and what else is not needed; says first what that would be.</summary>
internal static class PruneCommand
{
    public static Command Create(Terminal terminal)
    {
        var keep = new Option<int>("--keep") { Description = "How many of the newest runs of each experiment stay", HelpName = "N", DefaultValueFactory = _ => 20 };
        var experiment = new Option<string?>("--experiment") { Description = "Only runs of this experiment", HelpName = "NAME" };
        var olderThan = new Option<string?>("--older-than") { Description = "Only runs that ended longer ago than this: 12h, 30d, 8w", HelpName = "AGE" };
        var repository = GlobalOptions.Repository();
        var all = new Option<bool>("--all-projects") { Description = "Runs of every project, not only of this repository" };
        var images = new Option<string?>("--images") { Description = "Also container images that were pulled or built for runs, and that none has used for so long: 12h, 30d, 8w", HelpName = "AGE" };
        var storage = new Option<bool>("--storage") { Description = "With --all-projects: also what trials of removed projects shared" };
        var yes = new Option<bool>("--yes") { Description = "Delete; without it nothing is" };
        var command = new Command(
            "prune",
            "Delete old runs with their files, and workspaces that nobody uses. Stays: the newest runs, the best, baselines, pinned and unfinished ones.")
        {
            keep, experiment, olderThan, repository, all, storage, images, yes,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(keep) < 1)
            {
                throw new GradientException(FailureKind.Usage, "--keep must be at least 1.", "The newest run always stays, so that its number is not given twice.");
            }

            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var policy = new RetentionPolicy
            {
                Keep = parsed.GetValue(keep),
                Experiment = parsed.GetValue(experiment),
                Before = parsed.GetValue(olderThan) is { } age ? terminal.Time.GetUtcNow() - Age.Parse(age, "--older-than") : null,
            };
            policy = policy with
            {
                Project = parsed.GetValue(all) ? session.Confinement : await session.ProjectHereAsync(parsed.GetRequiredValue(repository), cancellationToken),
            };

            if (parsed.GetValue(storage) && policy.Project is not null)
            {
                throw new GradientException(FailureKind.Usage, "--storage is for what belongs to no project that is known.", "Add: --all-projects");
            }

            policy = policy with { WithStorage = parsed.GetValue(storage) };
            var pruning = new Pruning(session.Data, session.Store, new SharedFolders(session.Data, session.Store, session.Store));
            var plan = await pruning.PlanAsync(policy, cancellationToken);
            terminal.Out.Write(await PruneText.OfAsync(plan, session.Store, cancellationToken));
            using var unused = parsed.GetValue(images) is { } unusedFor ? await UnusedImages.FindAsync(session, Age.Parse(unusedFor, "--images"), cancellationToken) : null;
            terminal.Out.Write(unused?.Text);
            if (!parsed.GetValue(yes))
            {
                terminal.Out.WriteLine(plan.IsEmpty && unused is not { IsEmpty: false } ? "There is nothing to delete." : "Nothing was deleted. To delete it, add: --yes");
                return ExitCodes.Done;
            }

            var result = await pruning.RunAsync(plan, session.Sign(), cancellationToken);
            var reclaimed = await session.Store.ReclaimAsync(cancellationToken);
            terminal.Out.Write(PruneText.Of(result, reclaimed));
            terminal.Out.Write(unused is null ? null : await unused.RemoveAsync(cancellationToken));
            foreach (var problem in result.Problems)
            {
                terminal.Say($"warning: Not deleted: {Plain.Line(problem)}");
            }

            return result.Problems.IsEmpty ? ExitCodes.Done : ExitCodes.Environment;
        });
        return command;
    }
}
