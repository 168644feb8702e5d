using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Who did what, as rows.</summary>
internal static class AuditRows
{
    internal const string ListText = "SELECT at, who, action, subject, detail FROM audit WHERE at >= @since ORDER BY at DESC, key DESC LIMIT @limit";

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
    [
        .. session.Query(
            ListText,
            row => new AuditEntry(Rows.Time(row, 0)!.Value, row.GetString(1), Words<AuditAction>.Parse(row.GetString(2)), row.GetString(3), row.GetString(4)),
            ("@since", Rows.Milliseconds(since)), ("@limit", limit)),
    ];
}
