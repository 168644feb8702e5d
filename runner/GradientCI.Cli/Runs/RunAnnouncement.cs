using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Runs;

/// <summary>Tells the end of one run: the report's files, and for a pushed one the commit's note.</summary>
internal static class RunAnnouncement
{
    /// <summary>Tells it, and marks it as told. Done again after a death in between, with the same outcome.</summary>
    /// <param name="session">Where the run is recorded.</param>
    /// <param name="report">The run as it ended.</param>
    /// <param name="open">Opens the run's repository, when there is something to note.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What will never be told, and why; or null.</returns>
    /// <exception cref="GradientException">The note cannot be written now, or the record not; the report's files are there.</exception>
    public static async Task<string?> TellAsync(
        Session session, Report report, Func<CancellationToken, Task<GitRepository>> open, CancellationToken cancellationToken)
    {
        var run = report.Run.Run;
        await RunReports.WriteAsync(report, RunReports.FolderOf(run, session.Data), cancellationToken);

        // A forge is told by answers of its own; nobody reads notes in a mirror.
        var isOfAForge = await session.Store.FindRepositoryAsync(run.Id.Project, cancellationToken) is not null;
        var left = run.Origin.Length == 0 || isOfAForge ? null : await NoteAsync(session, run, open, cancellationToken);
        await session.Store.MarkAnnouncedAsync(run.Id, cancellationToken);
        return left;
    }

    // One note tells of all experiments of the commit, so that it is written anew with each that ends.
    private static async Task<string?> NoteAsync(
        Session session, Run run, Func<CancellationToken, Task<GitRepository>> open, CancellationToken cancellationToken)
    {
        var location = (await session.Store.ListProjectsAsync(cancellationToken)).First(project => project.Id == run.Id.Project).Location;
        if (!Directory.Exists(location))
        {
            return $"The repository {location} was moved or deleted, so that the result is not noted at {run.Commit.Sha.Short}.";
        }

        var reports = new List<Report>();
        var query = new RunQuery { Project = run.Id.Project, Commit = run.Commit.Sha };
        foreach (var other in (await session.Store.ListRunsAsync(query, cancellationToken)).Where(other => other.HasEnded && other.Origin.Length > 0))
        {
            if (await RunReports.TryMakeAsync(session.Store, other.Id, null, cancellationToken) is { } known)
            {
                reports.Add(known);
            }
        }

        await new ResultNotes(session.Terminal.Time).WriteAsync(await open(cancellationToken), run.Commit.Sha, NoteText.Of(reports), cancellationToken);
        return null;
    }
}
