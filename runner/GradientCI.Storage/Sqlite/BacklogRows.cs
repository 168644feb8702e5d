using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Counts what waits and runs.</summary>
internal static class BacklogRows
{
    internal const string DeliveriesText = "SELECT count(*), min(received_at) FROM deliveries WHERE state = 'received'";

    // The '+' keeps SQLite from walking all answers of each project.
    internal const string AnswersText =
        """
        SELECT count(*), min(wanted_at) FROM answers
        WHERE wanted_digest <> posted_digest AND is_dead = 0 AND +project IN (SELECT project FROM forge_repositories WHERE is_removed = 0)
        """;

    internal const string DeadText = "SELECT count(*) FROM answers WHERE is_dead = 1";

    internal const string RunsText =
        "SELECT coalesce(sum(state = 'queued'), 0), coalesce(sum(state = 'running'), 0) FROM runs WHERE state IN ('queued', 'running')";

    internal const string QueuedText = "SELECT count(*) FROM trials WHERE state = 'queued'";

    internal const string DrivenText = "SELECT count(*) FROM trials WHERE state IN ('starting', 'running')";

    public static Backlog Read(SqliteSession session, LeaseClock clock)
    {
        var (deliveries, oldestDelivery) = session.First(DeliveriesText, row => (row.GetInt32(0), Rows.Time(row, 1)));
        var (answers, oldestAnswer) = session.First(AnswersText, row => (row.GetInt32(0), Rows.Time(row, 1)));
        var (queued, running) = session.First(RunsText, row => (row.GetInt32(0), row.GetInt32(1)));
        return new Backlog
        {
            Deliveries = deliveries,
            OldestDelivery = oldestDelivery,
            Answers = answers,
            OldestAnswer = oldestAnswer,
            DeadAnswers = Count(session, DeadText),
            QueuedRuns = queued,
            RunningRuns = running,
            QueuedTrials = Count(session, QueuedText),
            RunningTrials = Count(session, DrivenText),
            LivingWorkers = WorkerRows.List(session, clock).Count(worker => worker.IsAlive),
        };
    }

    private static int Count(SqliteSession session, string text) => (int)session.Number(text)!.Value;
}
