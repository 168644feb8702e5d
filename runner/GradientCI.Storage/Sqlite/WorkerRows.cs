using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Storage.Sqlite;

/// <summary>Workers and their leases as rows.</summary>
internal static class WorkerRows
{
    /// <summary>Whether the lease of a worker in a column or parameter holds; needs @boot and @now.</summary>
    public static string IsAlive(string worker) =>
        $"EXISTS (SELECT 1 FROM workers w WHERE w.id = {worker} AND w.boot = @boot AND w.expires_at > @now)";

    public static int Renew(SqliteSession session, Worker worker, TimeSpan lease, LeaseClock clock) => session.Execute(
        """
        INSERT INTO workers (id, host, process_id, takes_any_run, boot, expires_at) VALUES (@id, @host, @process, @any, @boot, @expires)
        ON CONFLICT (id) DO UPDATE SET boot = excluded.boot, expires_at = excluded.expires_at
        """,
        ("@id", worker.Id.Value), ("@host", worker.Host), ("@process", worker.ProcessId), ("@any", worker.TakesAnyRun),
        ("@boot", clock.Boot), ("@expires", clock.Now + (long)lease.TotalMilliseconds));

    public static int EndLease(SqliteSession session, WorkerId worker) => session.Execute("DELETE FROM workers WHERE id = @id", ("@id", worker.Value));

    public static bool Holds(SqliteSession session, WorkerId worker, LeaseClock clock) =>
        session.Number($"SELECT {IsAlive("@worker")}", ("@worker", worker.Value), ("@boot", clock.Boot), ("@now", clock.Now)) == 1;

    // A worker's id begins with the time of its start.
    public static ImmutableArray<(Worker Worker, bool IsAlive)> List(SqliteSession session, LeaseClock clock) =>
    [
        .. session.Query(
            "SELECT id, host, process_id, takes_any_run, boot = @boot AND expires_at > @now FROM workers ORDER BY id",
            row => (new Worker(new WorkerId(row.GetString(0)), row.GetString(1), row.GetInt32(2), row.GetBoolean(3)), row.GetBoolean(4)),
            ("@boot", clock.Boot), ("@now", clock.Now)),
    ];
}
