using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Who owns which attempt, as rows: claims, orphans, and taking over.</summary>
internal static class ClaimRows
{
    /// <summary>The caller's transaction makes it one step.</summary>
    public static ClaimResult Claim(SqliteSession session, TrialClaim claim, LeaseClock clock)
    {
        if (!WorkerRows.Holds(session, claim.Worker, clock))
        {
            return new ClaimResult(null, ClaimRefusal.LeaseEnded);
        }

        if (RunRows.Key(session, claim.Run) is not { } run || session.Number("SELECT 1 FROM runs WHERE key = @run AND state = 'running'", ("@run", run)) is null)
        {
            return new ClaimResult(null, ClaimRefusal.RunNotRunning);
        }

        // Before all else: who is told that nothing is queued proposes the next trial, and it would not know what those that run come to.
        if (claim.Parallel < int.MaxValue && CountDriven(session, run) >= claim.Parallel)
        {
            return new ClaimResult(null, ClaimRefusal.AtTheLimit);
        }

        if (session.Number("SELECT key FROM trials WHERE run = @run AND state = 'queued' ORDER BY number LIMIT 1", ("@run", run)) is not { } trial)
        {
            return new ClaimResult(null, ClaimRefusal.NothingQueued);
        }

        // Only now: a run that has nothing left to start must be seen to have ended, paused or not.
        if (PauseRows.Holds(session))
        {
            return new ClaimResult(null, ClaimRefusal.Paused);
        }

        if (!claim.Gpus.IsEmpty && IsHeld(session, claim))
        {
            return new ClaimResult(null, ClaimRefusal.GpuHeld);
        }

        session.Execute($"UPDATE trials SET state = 'starting', reason = '', changed = {TrialRows.NextChange("@run")} WHERE key = @trial", ("@run", run), ("@trial", trial));
        session.Execute(
            """
            INSERT INTO attempts (trial, number, reason, gpus_json, handle, preparing_at, worker)
            VALUES (@trial, (SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE trial = @trial), '', @gpus, '', @at, @worker)
            """,
            ("@trial", trial), ("@gpus", StoredJson.Write(claim.Gpus)), ("@at", Rows.Milliseconds(claim.At)), ("@worker", claim.Worker.Value));
        return new ClaimResult(TrialRows.Get(session, trial));
    }

    public static ImmutableArray<Trial> ListOrphans(SqliteSession session, RunId run, WorkerId worker, LeaseClock clock)
    {
        if (RunRows.Key(session, run) is not { } key)
        {
            return [];
        }

        var orphans = session.Query(
            $"""
            SELECT t.key FROM trials t JOIN attempts a ON a.trial = t.key
            WHERE t.run = @run AND t.state IN ('starting', 'running') AND a.outcome IS NULL AND a.worker <> @worker AND NOT {WorkerRows.IsAlive("a.worker")}
            ORDER BY t.number
            """,
            row => row.GetInt64(0), ("@run", key), ("@worker", worker.Value), ("@boot", clock.Boot), ("@now", clock.Now));
        return [.. orphans.Select(trial => TrialRows.Get(session, trial))];
    }

    public static bool TakeOver(SqliteSession session, AttemptId attempt, WorkerId worker, LeaseClock clock) =>
        WorkerRows.Holds(session, worker, clock) && TrialRows.KeyOfNewest(session, attempt) is { } trial && TakeOver(session, attempt, trial, worker, clock)
        && session.Execute($"UPDATE trials SET changed = {TrialRows.NextChange("trials.run")} WHERE key = @trial", ("@trial", trial)) == 1;

    private static bool TakeOver(SqliteSession session, AttemptId attempt, long trial, WorkerId worker, LeaseClock clock) => session.Execute(
            $"""
            UPDATE attempts SET worker = @worker
            WHERE trial = @trial AND number = @number AND outcome IS NULL AND worker <> @worker AND NOT {WorkerRows.IsAlive("attempts.worker")}
            """,
            ("@worker", worker.Value), ("@trial", trial), ("@number", attempt.Number), ("@boot", clock.Boot), ("@now", clock.Now)) == 1;

    private static long CountDriven(SqliteSession session, long run) =>
        session.Number("SELECT count(*) FROM trials WHERE run = @run AND state IN ('starting', 'running')", ("@run", run))!.Value;

    // Shares of one GPU are given out by one process; another's GPU is no one's, even when that process is dead: its
    // trial may run on.
    private static bool IsHeld(SqliteSession session, TrialClaim claim) => session.Number(
        """
        SELECT 1 FROM attempts a JOIN json_each(a.gpus_json) gpu
        WHERE a.outcome IS NULL AND a.worker <> @worker AND gpu.value IN (SELECT value FROM json_each(@gpus))
        """,
        ("@worker", claim.Worker.Value), ("@gpus", StoredJson.Write(claim.Gpus))) is not null;
}
