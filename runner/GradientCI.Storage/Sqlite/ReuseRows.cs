using GradientCI.Experiments;

namespace GradientCI.Storage.Sqlite;

/// <summary>A trial takes the result of an earlier one over: state and series, all in SQL.</summary>
internal static class ReuseRows
{
    /// <summary>Compares the states and the fingerprints, and sets.</summary>
    public static bool TakeOver(SqliteSession session, TrialId trial, TrialId from)
    {
        if (Key(session, from) is not { } source)
        {
            return false;
        }

        // What was taken over before is taken over from where it was computed.
        var taken = session.Number(
            $"""
            UPDATE trials SET state = 'succeeded', reason = '', dropped_points = origin.dropped_points,
                cached_project = origin.project, cached_experiment = origin.experiment, cached_run = origin.run, cached_number = origin.number,
                saved_ms = origin.saved_ms, changed = {TrialRows.NextChange("trials.run")}
            FROM (
                SELECT f.fingerprint, f.dropped_points, coalesce(f.cached_project, r.project) AS project,
                    coalesce(f.cached_experiment, r.experiment) AS experiment, coalesce(f.cached_run, r.number) AS run,
                    coalesce(f.cached_number, f.number) AS number,
                    coalesce(f.saved_ms, (
                        SELECT a.ended_at - a.started_at FROM attempts a
                        WHERE a.trial = f.key AND a.outcome = 'succeeded' ORDER BY a.number DESC LIMIT 1)) AS saved_ms
                FROM trials f JOIN runs r ON r.key = f.run WHERE f.key = @from AND f.state = 'succeeded') origin
            WHERE trials.key = {TrialRows.KeyOfTrial} AND trials.state = 'queued' AND trials.fingerprint = origin.fingerprint
                AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.trial = trials.key)
                AND EXISTS (SELECT 1 FROM runs WHERE runs.key = trials.run AND runs.state IN ('queued', 'running'))
            RETURNING key
            """,
            [.. Values(trial), ("@from", source)]);
        if (taken is not { } target)
        {
            return false;
        }

        session.Execute(
            """
            INSERT INTO series (trial, metric, count, finite, first_x, first_y, first_at, last_x, last_y, last_at, min, max, mean, squares)
            SELECT @to, metric, count, finite, first_x, first_y, first_at, last_x, last_y, last_at, min, max, mean, squares FROM series WHERE trial = @from
            """,
            ("@to", target), ("@from", source));
        session.Execute(
            """
            INSERT INTO chunks (series, number, points)
            SELECT copy.key, c.number, c.points
            FROM series s JOIN series copy ON copy.trial = @to AND copy.metric = s.metric JOIN chunks c ON c.series = s.key
            WHERE s.trial = @from
            """,
            ("@to", target), ("@from", source));
        return true;
    }

    private static long? Key(SqliteSession session, TrialId trial) => session.Number($"SELECT {TrialRows.KeyOfTrial}", Values(trial));

    private static (string Name, object? Value)[] Values(TrialId trial) =>
    [
        ("@project", trial.Run.Project.Value), ("@experiment", trial.Run.Experiment), ("@run", trial.Run.Number), ("@trial", trial.Number),
    ];
}
