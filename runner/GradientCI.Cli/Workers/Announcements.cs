using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Workers;

/// <summary>Tells the end of runs: the report's files, and the commit's note.</summary>
/// <remarks>Done again after a death in between, with the same outcome.</remarks>
internal sealed class Announcements(Session session, RunSites sites, WorkerId worker, WorkerLog log)
{
    private const int AtOnce = 16;
    private const int Tries = 10;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private readonly Dictionary<RunId, (int Tries, DateTimeOffset NotBefore)> _failed = [];

    /// <summary>Tells those that are due.</summary>
    /// <returns>Whether all were told.</returns>
    public async Task<bool> TellAsync(CancellationToken cancellationToken)
    {
        var now = session.Terminal.Time.GetUtcNow();
        var due = await session.Store.ListUnannouncedAsync(worker, AtOnce, cancellationToken);
        var isDone = due.Length < AtOnce;
        foreach (var run in due)
        {
            if (_failed.GetValueOrDefault(run.Id).NotBefore > now)
            {
                continue;
            }

            try
            {
                await TellAsync(run, cancellationToken);
            }
            catch (Exception problem) when (problem is GradientException or IOException or UnauthorizedAccessException)
            {
                // The run itself is recorded. A repository that is gone for good must not keep others from being told.
                var tries = _failed.GetValueOrDefault(run.Id).Tries + 1;
                log.Problem($"{run.Id} could not be announced: {problem.Message}{(tries < Tries ? "" : " It is not tried again.")}");
                _failed[run.Id] = (tries, now + RetryAfter);
                if (tries == Tries)
                {
                    await session.Store.MarkAnnouncedAsync(run.Id, cancellationToken);
                }
            }
        }

        return isDone;
    }

    private async Task TellAsync(Run run, CancellationToken cancellationToken)
    {
        var report = await RunReports.MakeAsync(session.Store, run.Id, null, cancellationToken);
        var folder = await RunReports.WriteAsync(report, RunReports.FolderOf(run, session.Data), cancellationToken);
        if (run.Origin.Length > 0)
        {
            await NoteAsync(run, cancellationToken);
        }

        await session.Store.MarkAnnouncedAsync(run.Id, cancellationToken);
        log.Say($"{run.Id} {Output.RunWords.Of(run)}: {folder}/report.html");
    }

    // One note tells of all experiments of the commit, so that it is written anew with each that ends.
    private async Task NoteAsync(Run run, CancellationToken cancellationToken)
    {
        var reports = new List<Report>();
        var query = new RunQuery { Project = run.Id.Project, Commit = run.Commit.Sha };
        foreach (var other in (await session.Store.ListRunsAsync(query, cancellationToken)).Where(other => other.HasEnded && other.Origin.Length > 0))
        {
            reports.Add(await RunReports.MakeAsync(session.Store, other.Id, null, cancellationToken));
        }

        var site = await sites.OfAsync(run.Id.Project, cancellationToken);
        await new ResultNotes(session.Terminal.Time).WriteAsync(site.Repository, run.Commit.Sha, NoteText.Of(reports), cancellationToken);
    }
}
