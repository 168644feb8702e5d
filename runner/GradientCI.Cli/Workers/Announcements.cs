using GradientCI.Cli.Runs;
using GradientCI.Experiments;

namespace GradientCI.Cli.Workers;

/// <summary>Tells the end of runs that nobody has told yet.</summary>
internal sealed class Announcements(Session session, RunSites sites, WorkerId worker, WorkerLog log)
{
    private const int AtOnce = 16;
    private const int Tries = 5;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private readonly Dictionary<RunId, (int Tries, DateTimeOffset NotBefore)> _failed = [];

    /// <summary>Tells those that are due.</summary>
    /// <returns>Whether none is left, not even one to be tried again.</returns>
    public async Task<bool> TellAsync(CancellationToken cancellationToken)
    {
        var now = session.Terminal.Time.GetUtcNow();
        var due = await session.Store.ListUnannouncedAsync(worker, AtOnce, cancellationToken);
        foreach (var told in _failed.Keys.Where(id => due.All(run => run.Id != id)).ToList())
        {
            // By another worker; or it was taken up again.
            _failed.Remove(told);
        }

        foreach (var run in due.Where(run => _failed.GetValueOrDefault(run.Id).NotBefore <= now))
        {
            try
            {
                await TellAsync(run, cancellationToken);
                _failed.Remove(run.Id);
            }
            catch (Exception problem) when (problem is GradientException or IOException or UnauthorizedAccessException)
            {
                await TryAgainAsync(run, problem, now, cancellationToken);
            }
        }

        return due.Length < AtOnce && _failed.Count == 0;
    }

    private async Task TellAsync(Run run, CancellationToken cancellationToken)
    {
        if (await RunReports.TryMakeAsync(session.Store, run.Id, null, cancellationToken) is not { } report)
        {
            // Another worker told it, and it was pruned since.
            return;
        }

        var left = await RunAnnouncement.TellAsync(
            session, report, async cancelled => (await sites.OfAsync(run.Id.Project, cancelled)).Repository, cancellationToken);
        if (left is not null)
        {
            log.Problem($"{run.Id}: {left}", run.Id);
        }

        log.Say($"{run.Id} {Output.RunWords.Of(run)}: {RunReports.FolderOf(run, session.Data)}/report.html", run.Id);
    }

    // The run itself is recorded. What cannot be told for good must keep neither others from being told nor the run from being pruned.
    private async Task TryAgainAsync(Run run, Exception problem, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tries = _failed.GetValueOrDefault(run.Id).Tries + 1;
        log.Problem($"{run.Id} could not be announced: {problem.Message}{(tries < Tries ? "" : " It is not tried again.")}", run.Id);
        if (tries < Tries)
        {
            _failed[run.Id] = (tries, now + RetryAfter);
            return;
        }

        await session.Store.MarkAnnouncedAsync(run.Id, cancellationToken);
        _failed.Remove(run.Id);
    }
}
