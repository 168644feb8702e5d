using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Looks at a database file as it is: nothing is made, upgraded or repaired.</summary>
public static class DatabaseInspection
{
    private const int MostFindings = 5;
    private const int RunsRead = 200;

    // Checking indexes against tables reads everything twice in random order.
    private const long TooLargeForEverything = 1L << 30;

    /// <summary>Looks.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    /// <returns>What was found, or null when there is no file.</returns>
    public static Task<DatabaseHealth?> InspectAsync(string path, CancellationToken cancellationToken) => Task.Run(() => Inspect(path), cancellationToken);

    private static DatabaseHealth? Inspect(string path)
    {
        if (Directory.Exists(path))
        {
            return new DatabaseHealth { Bytes = 0, LogBytes = 0, Damage = ["It is a folder."] };
        }

        if (!File.Exists(path))
        {
            return null;
        }

        var health = new DatabaseHealth { Bytes = new FileInfo(path).Length, LogBytes = new FileInfo(path + "-wal") is { Exists: true } log ? log.Length : 0 };
        try
        {
            EmptiedDatabase.Refuse(path);
            using var session = SqliteSession.OpenToLook(path, SqliteExperimentStore.Patience);
            return Read(session, health);
        }
        catch (GradientException problem)
        {
            return health with { Damage = [problem.Message] };
        }
        catch (Exception problem) when (StorageFailures.IsStorageFailure(problem))
        {
            return health with { Damage = [problem.Message] };
        }
    }

    private static DatabaseHealth Read(SqliteSession session, DatabaseHealth health)
    {
        var everything = health.Bytes < TooLargeForEverything;
        var findings = session.Query($"PRAGMA {(everything ? "integrity_check" : "quick_check")}({MostFindings})", row => row.GetString(0));
        if (findings is not ["ok"])
        {
            return health with { Damage = [.. findings] };
        }

        if (SchemaMigrator.IsForeign(session))
        {
            return health with { Damage = ["It holds tables of another program, not those of GradientCI."] };
        }

        health = health with { Schema = SchemaMigrator.ReadVersion(session) };
        return health.Schema == DatabaseHealth.NewestSchema ? ReadRows(session, health) : health;
    }

    private static DatabaseHealth ReadRows(SqliteSession session, DatabaseHealth health)
    {
        var orphans = session.Query("PRAGMA foreign_key_check", row => row.GetString(0)).Distinct(StringComparer.Ordinal);
        var strangers = UnknownWords<RunState>(session, "runs", "state")
            .Concat(UnknownWords<TrialState>(session, "trials", "state"))
            .Concat(UnknownWords<AttemptOutcome>(session, "attempts", "outcome"));
        ImmutableArray<string> damage = [.. orphans.Select(table => $"Rows of {table} belong to nothing."), .. strangers];
        if (!damage.IsEmpty)
        {
            return health with { Damage = damage };
        }

        // Whoever edits by hand breaks what is read back as a whole: specs, commits, parameters.
        _ = RunRows.List(session, new RunQuery { Limit = RunsRead });
        return health with
        {
            Workers = WorkerRows.List(session, LeaseClock.OfTheMachine),
            DeadAnswers = AnswerRows.ListDead(session, DatabaseHealth.MostDeadAnswers),
            Pause = PauseRows.Find(session),
            Secrets = SecretRows.List(session),
            FailedDeliveries = DeliveryRows.Count(session).Where(each => each.State == DeliveryState.Failed).Sum(each => each.Count),
            OpenRuns = [.. session.Query("SELECT project, experiment, number FROM runs WHERE state IN ('queued', 'running') ORDER BY key", row => Rows.RunId(row, 0))],
        };
    }

    private static IEnumerable<string> UnknownWords<T>(SqliteSession session, string table, string column)
        where T : struct, Enum =>
        session.Query($"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL", row => row.GetString(0))
            .Where(word => !Words<T>.Knows(word))
            .Select(word => $"A row of {table} has the {column} '{word}', which is none.");
}
