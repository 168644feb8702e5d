using GradientCI.Cli.Runs;
using GradientCI.Experiments;

namespace GradientCI.Cli.Workers;

/// <summary>Tells the end of runs: the report's files, and the commit's note.</summary>
/// <remarks>Done again after a death in between, with the same outcome.</remarks>
internal sealed class Announcements(Session session, WorkerId worker, WorkerLog log)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private readonly Dictionary<RunId, DateTimeOffset> _notBefore = [];

    /// <summary>Tells those that are due.</summary>
    /// <returns>Whether all were told.</returns>
    public async Task<bool> TellAsync(CancellationToken cancellationToken)
    {
        var now = session.Terminal.Time.GetUtcNow();
        var due = await session.Store.ListUnannouncedAsync(worker, AtOnce, cancellationToken);
        var isDone = due.Length < AtOnce;
        foreach (var run in due)
        {
            if (_notBefore.GetValueOrDefault(run.Id) > now)
            {
                continue;
            }

            try
            {
                await TellAsync(run, cancellationToken);
            }
            catch (Exception problem) when (problem is GradientException or IOException or UnauthorizedAccessException)
            {
                // The run itself is recorded; its announcement is tried again as long as the worker lives.
                log.Problem($"{run.Id} could not be announced: {problem.Message}");
                _notBefore[run.Id] = now + RetryAfter;
            }
        }

        return isDone;
    }

    private async Task TellAsync(Run run, CancellationToken cancellationToken)
    {
        var report = await RunReports.MakeAsync(session.Store, run.Id, null, cancellationToken);
        var folder = await RunReports.WriteAsync(report, RunReports.FolderOf(run, session.Data), cancellationToken);
        await session.Store.MarkAnnouncedAsync(run.Id, cancellationToken);
        log.Say($"{run.Id} {Output.RunWords.Of(run)}: {folder}/report.html");
    }
}
