using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>The one row that says that no new trial starts.</summary>
internal static class PauseRows
{
    private const int LongestText = 200;

    public static bool Holds(SqliteSession session) => session.Number("SELECT 1 FROM pauses") is not null;

    public static bool Begin(SqliteSession session, Pause pause) => session.Execute(
        "INSERT INTO pauses (one, since, paused_by, reason) VALUES (1, @since, @by, @reason) ON CONFLICT DO NOTHING",
        ("@since", Rows.Milliseconds(pause.Since)), ("@by", Rows.Cut(pause.By, LongestText)), ("@reason", Rows.Cut(pause.Reason, LongestText))) == 1
        && AuditRows.Add(session, new AuditEntry(pause.Since, pause.By, AuditAction.Paused, "", pause.Reason));

    public static bool End(SqliteSession session, Signature by) =>
        session.Execute("DELETE FROM pauses") == 1 && AuditRows.Add(session, by.Of(AuditAction.Resumed, ""));

    public static Pause? Find(SqliteSession session) =>
        session.First("SELECT since, paused_by, reason FROM pauses", row => new Pause(Rows.Time(row, 0)!.Value, row.GetString(1), row.GetString(2)));
}
