using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Keys of requests as rows.</summary>
internal static class RequestKeyRows
{
    public static KeyedRun? Find(SqliteSession session, RequestKey key) => session.First(
        """
        SELECT k.digest, r.project, r.experiment, r.number FROM request_keys k JOIN runs r ON r.key = k.run
        WHERE k.caller = @caller AND k.key = @key AND k.at > @expired AND r.number > 0
        """,
        row => (Digest: row.GetString(0), Run: Rows.RunId(row, 1)),
        ("@caller", key.Caller), ("@key", key.Text), ("@expired", Expired(key))) is { Digest: not null } known
            ? new KeyedRun(RunRows.Find(session, known.Run)!, known.Digest, IsNew: false)
            : null;

    public static KeyedRun Create(SqliteSession session, Run run, Signature by, RequestKey key)
    {
        if (Find(session, key) is { } known)
        {
            return known;
        }

        session.Execute("DELETE FROM request_keys WHERE at <= @expired", ("@expired", Expired(key)));
        var created = RunRows.Create(session, run, by);

        // One that is in the way belongs to a run that was deleted.
        session.Execute(
            "INSERT OR REPLACE INTO request_keys (caller, key, digest, run, at) VALUES (@caller, @key, @digest, @run, @at)",
            ("@caller", key.Caller), ("@key", key.Text), ("@digest", key.Digest), ("@run", RunRows.Key(session, created.Id)), ("@at", Rows.Milliseconds(key.At)));
        return new KeyedRun(created, key.Digest, IsNew: true);
    }

    private static long? Expired(RequestKey key) => Rows.Milliseconds(key.At - RequestKey.Lifetime);
}
