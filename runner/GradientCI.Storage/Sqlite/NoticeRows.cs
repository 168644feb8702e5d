using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>The ends of runs, and what is to be said of them, as rows.</summary>
internal static class NoticeRows
{
    /// <summary>Leaves the end of a run to be told; one that was not told yet is told once, as it is then.</summary>
    public static bool AddEnding(SqliteSession session, long run) =>
        session.Execute("INSERT INTO endings (run) VALUES (@run) ON CONFLICT DO NOTHING", ("@run", run)) == 1;

    public static ImmutableArray<RunEnding> ListEndings(SqliteSession session, int limit) =>
    [
        .. session.Query(
            """
            SELECT r.key, r.project, r.experiment, r.number, coalesce(r.ended_at, 0) FROM endings e JOIN runs r ON r.key = e.run
            WHERE r.number > 0 ORDER BY e.run LIMIT @limit
            """,
            row => new RunEnding(row.GetInt64(0), Rows.RunId(row, 1), Rows.Time(row, 4)!.Value),
            ("@limit", limit)),
    ];

    /// <summary>Whoever looked at the same ending first has set them.</summary>
    public static bool Set(SqliteSession session, RunEnding ending, IReadOnlyList<WantedNotice> notices, DateTimeOffset now)
    {
        if (session.Execute("DELETE FROM endings WHERE run = @run", ("@run", ending.Key)) == 0)
        {
            return false;
        }

        foreach (var notice in notices)
        {
            session.Execute(
                "INSERT INTO notices (channel, json, wanted_at) VALUES (@channel, @json, @at)",
                ("@channel", notice.Channel), ("@json", notice.Json), ("@at", Rows.Milliseconds(now)));
        }

        return true;
    }

    public static ImmutableArray<Notice> ListDue(SqliteSession session, DateTimeOffset now, IReadOnlyCollection<string> silent, int limit) =>
    [
        .. session.Query(
            "SELECT key, channel, json, wanted_at, attempts FROM notices WHERE not_before <= @now AND channel NOT IN (SELECT value FROM json_each(@silent)) ORDER BY key LIMIT @limit",
            row => new Notice(row.GetInt64(0), row.GetString(1), row.GetString(2), Rows.Time(row, 3)!.Value, row.GetInt32(4)),
            ("@now", Rows.Milliseconds(now)), ("@silent", StoredJson.Write([.. silent])), ("@limit", limit)),
    ];

    public static bool End(SqliteSession session, long id) => session.Execute("DELETE FROM notices WHERE key = @key", ("@key", id)) == 1;

    public static bool Postpone(SqliteSession session, long id, DateTimeOffset notBefore) => session.Execute(
        "UPDATE notices SET attempts = attempts + 1, not_before = @until WHERE key = @key", ("@key", id), ("@until", Rows.Milliseconds(notBefore))) == 1;
}
