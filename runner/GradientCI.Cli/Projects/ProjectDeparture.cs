using GradientCI.Cli.Output;
using GradientCI.Runner.Git;
using GradientCI.Runner.Retention;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Projects;

/// <summary>Removes a project, and says what stays.</summary>
internal sealed class ProjectDeparture(Session session)
{
    /// <summary>The record first: what nobody finds any more cannot be taken up again while its files vanish.</summary>
    /// <exception cref="GradientException">It may not go.</exception>
    public async Task RemoveAsync(ProjectStanding standing, bool withRuns, CancellationToken cancellationToken)
    {
        var (project, terminal) = (standing.Project, session.Terminal);
        var by = session.Sign(withRuns ? $"with {Plain.Count(standing.Runs, "run")}" : "");
        Check(await session.Store.RemoveProjectAsync(project.Id, withRuns, by, cancellationToken), project);
        var hadHook = await TakeHookAwayAsync(project.Location, cancellationToken);
        if (withRuns)
        {
            foreach (var problem in ProjectFiles.Remove(session.Data, project.Id, cancellationToken))
            {
                terminal.Say($"warning: Not deleted: {Plain.Line(problem)}");
            }

            await session.Store.ReclaimAsync(cancellationToken);
        }

        terminal.Out.WriteLine(Plain.Line($"{project.Name} ({project.Id}) is removed.{(hadHook ? " Pushes to it start nothing any more." : "")}"));
        terminal.Out.WriteLine(Plain.Line(withRuns
            ? $"Its {Plain.Count(standing.Runs, "run")} and their files are deleted. What its trials shared stays in {session.Data.Storage(project.Id)}"
            : $"Its {Plain.Count(standing.Runs, "run")} and their files stay; so does the repository {project.Location}"));
    }

    private static void Check(ProjectRemoval removal, Project project)
    {
        var (why, remedy) = removal switch
        {
            ProjectRemoval.Removed => ("", ""),
            ProjectRemoval.HasOpenRuns => ($"{project.Name} has runs that have not ended.", "End them with gradientci cancel, or wait."),
            ProjectRemoval.HasPinnedRuns => ($"{project.Name} has pinned runs.", "Take the pins off with: gradientci pin ID --off"),
            ProjectRemoval.IsOfForge => ($"{project.Name} comes from a forge, which would tell of it again.", "Uninstall the app there, or delete its webhook."),
            _ => ($"{project.Name} is gone already.", "See which there are with: gradientci project list"),
        };
        if (why.Length > 0)
        {
            throw new GradientException(FailureKind.Usage, why, remedy);
        }
    }

    // Only a hook that records here: another data folder's is none of our business.
    private async Task<bool> TakeHookAwayAsync(string location, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(location))
        {
            return false;
        }

        await using var open = await GitRepository.OpenAsync(location, cancellationToken);
        var hook = new PostReceiveHook(open);
        return (await hook.ReadStatusAsync(cancellationToken)).DataFolder == session.Data.Root && await hook.UninstallAsync(cancellationToken);
    }
}
