using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>Reads what the triggers of the schema wrote about a run.</summary>
internal static class RunEventRows
{
    // So that nobody has to hold much: the points of one event, and of all events of a page. Where the points of a large one are
    // cut does not depend on where a page begins, or positions would not mean the same to everyone.
    private const int PointsPerEvent = 500;
    private const int PointsPerPage = 5_000;

    private const string Text =
        """
        SELECT e.number, e.trial, e.state, e.note, e.passed, e.best, e.metric, e.first, e.points, s.key
        FROM run_events e
        LEFT JOIN trials t ON e.metric IS NOT NULL AND t.run = e.run AND t.number = e.trial AND t.generation = e.generation
        LEFT JOIN series s ON s.trial = t.key AND s.metric = e.metric
        WHERE e.run = @run AND e.number > @after ORDER BY e.number LIMIT @limit
        """;

    private const string OverText =
        """
        SELECT 1 FROM runs WHERE key = @run AND state NOT IN ('queued', 'running')
            AND NOT EXISTS (SELECT 1 FROM trials t WHERE t.run = @run AND t.state IN ('queued', 'starting', 'running'))
        """;

    public static RunEventPage? Read(SqliteSession session, RunId run, RunPosition after, int limit)
    {
        if (RunRows.Key(session, run) is not { } key)
        {
            return null;
        }

        var newest = session.Number("SELECT max(number) FROM run_events WHERE run = @run", ("@run", key)) ?? 0;
        after = after.Number < newest ? after : new RunPosition(newest);
        var rows = session.Query(Text, ReadRow, ("@run", key), ("@after", after.Number), ("@limit", limit));
        var (events, until) = (ImmutableArray.CreateBuilder<RunEvent>(), after);
        var room = PointsPerPage;
        foreach (var row in rows)
        {
            if (row.Metric is null)
            {
                events.Add(row.ToEvent());
            }
            else if (row.Series is { } series && !AddPoints(session, series, row, until, events, ref room))
            {
                // The page is full in the midst of an event.
                return new RunEventPage(events.ToImmutable(), events.Count == 0 ? until : events[^1].At, IsOver: false);
            }

            until = new RunPosition(row.Number);
        }

        return new RunEventPage(events.ToImmutable(), until, rows.Count < limit && session.Number(OverText, ("@run", key)) is not null);
    }

    /// <returns>Whether all of them found room.</returns>
    private static bool AddPoints(
        SqliteSession session, long series, Row row, RunPosition until, ImmutableArray<RunEvent>.Builder events, ref int room)
    {
        // Numbers have no gaps, so what is known beyond the last event belongs to this one.
        for (var done = until.Number == row.Number - 1 ? until.Points : 0; done < row.Points;)
        {
            var count = (int)Math.Min(row.Points - done, PointsPerEvent - (done % PointsPerEvent));
            if (count > room)
            {
                return false;
            }

            var points = ChunkRows.Read(session, series, row.First + done, count);
            room -= count;
            done += count;
            var at = done < row.Points ? new RunPosition(row.Number - 1, done) : new RunPosition(row.Number);
            events.Add(new SeriesGrew(at, row.Trial, row.Metric!, row.First + done - count, points));
        }

        return true;
    }

    private static Row ReadRow(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3),
        row.IsDBNull(4) ? null : row.GetBoolean(4), row.IsDBNull(5) ? null : row.GetDouble(5), row.IsDBNull(6) ? null : row.GetString(6),
        row.IsDBNull(7) ? 0 : row.GetInt64(7), row.IsDBNull(8) ? 0 : row.GetInt64(8), row.IsDBNull(9) ? null : row.GetInt64(9));

    private sealed record Row(
        long Number, int Trial, string? State, string Note, bool? Passed, double? Best, string? Metric, long First, long Points, long? Series)
    {
        public RunEvent ToEvent() => Trial == 0
            ? new RunMovedOn(new RunPosition(Number), Words<RunState>.Parse(State!), Note, Passed, Best)
            : new TrialMovedOn(new RunPosition(Number), Trial, Words<TrialState>.Parse(State!), Note);
    }
}
