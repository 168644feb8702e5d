using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Pinning and deleting runs.</summary>
/// <remarks>
/// A deleted run has its number negated in one small step: nothing finds it by its name then, and a process that dies
/// afterwards leaves no run of which some trials are missing. The rows themselves go in steps that take milliseconds.
/// </remarks>
internal static class RetentionRows
{
    private const int TrialsAtOnce = 32;
    private const int ChunksAtOnce = 128;
    private const int EventsAtOnce = 2_048;

    public static bool Pin(SqliteSession session, RunId run, bool isPinned, Signature by) =>
        session.Execute("UPDATE runs SET pinned = @pinned WHERE key = @key", ("@key", RunRows.Key(session, run)), ("@pinned", isPinned)) == 1
        && AuditRows.Add(session, by.Of(isPinned ? AuditAction.Pinned : AuditAction.Unpinned, AuditEntry.SubjectOf(run)));

    public static bool Delete(SqliteSession session, RunId run, Signature? by)
    {
        var isDeleted = Hide(session, run);
        AuditRows.AddSigned(session, isDeleted ? by : null, AuditAction.Pruned, AuditEntry.SubjectOf(run));
        return isDeleted;
    }

    private static bool Hide(SqliteSession session, RunId run) => session.Execute(
        """
        UPDATE runs SET number = -number, origin = ''
        WHERE key = @key AND state NOT IN ('queued', 'running') AND announced = 1 AND pinned = 0
            AND number < (SELECT max(n.number) FROM runs n WHERE n.project = runs.project AND n.experiment = runs.experiment)
            AND NOT EXISTS (SELECT 1 FROM trials t WHERE t.run = runs.key AND t.state IN ('queued', 'starting', 'running'))
            AND NOT EXISTS (
                SELECT 1 FROM runs b WHERE b.state IN ('queued', 'running') AND b.baseline_project = runs.project
                    AND b.baseline_experiment = runs.experiment AND b.baseline_number = runs.number)
        """,
        ("@key", RunRows.Key(session, run))) == 1;

    /// <summary>Takes away some rows of deleted runs.</summary>
    /// <returns>Whether there may be more.</returns>
    public static bool Sweep(SqliteSession session)
    {
        if (session.Number("SELECT key FROM runs WHERE number < 0 LIMIT 1") is not { } run)
        {
            return false;
        }

        var events = session.Execute(
            "DELETE FROM run_events WHERE run = @run AND number IN (SELECT number FROM run_events WHERE run = @run LIMIT @events)",
            ("@run", run), ("@events", EventsAtOnce));
        if (events == EventsAtOnce)
        {
            return true;
        }

        const string some = "(SELECT key FROM trials WHERE run = @run ORDER BY key LIMIT @trials)";
        var chunks = session.Execute(
            $"""
            DELETE FROM chunks WHERE key IN (
                SELECT c.key FROM chunks c JOIN series s ON s.key = c.series WHERE s.trial IN {some} LIMIT @chunks)
            """,
            ("@run", run), ("@trials", TrialsAtOnce), ("@chunks", ChunksAtOnce));
        if (chunks < ChunksAtOnce && session.Execute($"DELETE FROM trials WHERE key IN {some}", ("@run", run), ("@trials", TrialsAtOnce)) < TrialsAtOnce)
        {
            session.Execute("DELETE FROM runs WHERE key = @run", ("@run", run));
        }

        return true;
    }
}
