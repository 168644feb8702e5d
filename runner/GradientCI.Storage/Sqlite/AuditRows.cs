using System.Collections.Immutable;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>Who did what, as rows.</summary>
internal static class AuditRows
{
    internal const string ListText = Columns + "ORDER BY at DESC, key DESC LIMIT @limit";
    internal const string ListAfterText = Columns + "AND (at, key) < (@at, @key) ORDER BY at DESC, key DESC LIMIT @limit";

    private const string Columns = "SELECT at, who, action, subject, detail, key FROM audit WHERE at >= @since ";

    private const int LongestName = 200;
    private const int LongestDetail = 1_000;

    public static bool Add(SqliteSession session, AuditEntry entry) => session.Execute(
        "INSERT INTO audit (at, who, action, subject, detail) VALUES (@at, @who, @action, @subject, @detail)",
        ("@at", Rows.Milliseconds(entry.At)), ("@who", Rows.Cut(entry.Who, LongestName)), ("@action", Words<AuditAction>.Of(entry.Action)),
        ("@subject", Rows.Cut(entry.Subject, LongestName)), ("@detail", Rows.Cut(entry.Detail, LongestDetail))) == 1;

    /// <summary>Adds the entry of a change that somebody signed; nothing for one that nobody did.</summary>
    public static void AddSigned(SqliteSession session, Signature? by, AuditAction action, string subject, string fact = "")
    {
        if (by is not null)
        {
            Add(session, by.Of(action, subject, fact));
        }
    }

    public static ImmutableArray<AuditEntry> List(SqliteSession session, DateTimeOffset since, int limit) =>
        [.. session.Query(ListText, Read, ("@since", Rows.Milliseconds(since)), ("@limit", limit)).Select(row => row.Entry)];

    public static AuditPage ListPage(SqliteSession session, DateTimeOffset since, AuditPlace? after, int limit)
    {
        (string, object?)[] place = after is null ? [] : [("@at", Rows.Milliseconds(after.At)), ("@key", after.Key)];
        var rows = session.Query(after is null ? ListText : ListAfterText, Read, [("@since", Rows.Milliseconds(since)), ("@limit", limit + 1), .. place]);
        return rows.Count <= limit
            ? new AuditPage([.. rows.Select(row => row.Entry)], null)
            : new AuditPage([.. rows.Take(limit).Select(row => row.Entry)], new AuditPlace(rows[limit - 1].Entry.At, rows[limit - 1].Key));
    }

    private static (AuditEntry Entry, long Key) Read(SqliteDataReader row) =>
        (new AuditEntry(Rows.Time(row, 0)!.Value, row.GetString(1), Words<AuditAction>.Parse(row.GetString(2)), row.GetString(3), row.GetString(4)), row.GetInt64(5));
}
