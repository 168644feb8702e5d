using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Sqlite;

/// <summary>Series and the chunks of their points as rows. The layout is described in the schema.</summary>
internal static class SeriesRows
{
    private const string Summary = "s.count, s.finite, s.first_x, s.first_y, s.first_at, s.last_x, s.last_y, s.last_at, s.min, s.max, s.mean, s.squares";

    public static void Append(SqliteSession session, long trial, SeriesChunk chunk)
    {
        if (chunk.Points.Count == 0)
        {
            return;
        }

        var added = SeriesSummary.Of(chunk.Points);
        var known = session.First(
            $"SELECT {Summary} FROM series s WHERE s.trial = @trial AND s.metric = @metric", ReadSummary, ("@trial", trial), ("@metric", chunk.Metric));
        var series = PutSummary(session, trial, chunk.Metric, known is null ? added : known.Then(added));
        ChunkRows.Append(session, series, known?.Count ?? 0, chunk.Points);
    }

    public static ImmutableArray<MetricPoint> ReadPoints(SqliteSession session, TrialId trial, string metric)
    {
        var buffer = new PointBuffer();
        session.Each(
            """
            SELECT s.count, c.points
            FROM runs r JOIN trials t ON t.run = r.key JOIN series s ON s.trial = t.key JOIN chunks c ON c.series = s.key
            WHERE r.project = @project AND r.experiment = @experiment AND r.number = @run AND t.number = @trial AND s.metric = @metric
            ORDER BY c.number
            """,
            row => buffer.Add(raw.sqlite3_column_blob(row.Handle, 1), row.GetInt64(0)),
            ("@project", trial.Run.Project.Value), ("@experiment", trial.Run.Experiment), ("@run", trial.Run.Number), ("@trial", trial.Number), ("@metric", metric));
        return [.. buffer.Points];
    }

    public static ImmutableArray<MetricPoint> ReadPoints(SqliteSession session, TrialId trial, string metric, long after)
    {
        var (series, count) = session.First(
            $"SELECT s.key, s.count FROM series s WHERE s.trial = {TrialRows.KeyOfTrial} AND s.metric = @metric", row => (row.GetInt64(0), row.GetInt64(1)),
            ("@project", trial.Run.Project.Value), ("@experiment", trial.Run.Experiment), ("@run", trial.Run.Number), ("@trial", trial.Number), ("@metric", metric));
        return count <= after ? [] : ChunkRows.Read(session, series, after, (int)(count - after));
    }

    public static ImmutableArray<MetricPoint> ReadCurve(SqliteSession session, TrialId trial, string metric, int points)
    {
        CurveSketch? sketch = null;
        var buffer = new PointBuffer();
        session.Each(
            """
            SELECT s.count, c.points, c.number
            FROM runs r JOIN trials t ON t.run = r.key JOIN series s ON s.trial = t.key JOIN chunks c ON c.series = s.key
            WHERE r.project = @project AND r.experiment = @experiment AND r.number = @run AND t.number = @trial AND s.metric = @metric
            ORDER BY c.number
            """,
            row =>
            {
                buffer.Clear();
                buffer.Add(raw.sqlite3_column_blob(row.Handle, 1), row.GetInt64(0) - ChunkRows.Before(row.GetInt64(2)));
                (sketch ??= new CurveSketch(row.GetInt64(0), points)).Add(buffer.Points);
            },
            ("@project", trial.Run.Project.Value), ("@experiment", trial.Run.Experiment), ("@run", trial.Run.Number), ("@trial", trial.Number), ("@metric", metric));
        return sketch?.Points ?? [];
    }

    public static ImmutableArray<(int Trial, string Metric, SeriesSummary Summary)> ListSummaries(SqliteSession session, RunId run) =>
        RunRows.Key(session, run) is not { } key ? [] :
        [
            .. session.Query(
                $"SELECT {Summary}, t.number, s.metric FROM trials t JOIN series s ON s.trial = t.key WHERE t.run = @run ORDER BY t.number, s.metric",
                row => (row.GetInt32(12), row.GetString(13), ReadSummary(row)), ("@run", key)),
        ];

    public static ImmutableArray<(string Metric, SeriesSummary Summary)> ListSummaries(SqliteSession session, TrialId trial) =>
        RunRows.Key(session, trial.Run) is not { } key ? [] :
        [
            .. session.Query(
                $"SELECT {Summary}, s.metric FROM trials t JOIN series s ON s.trial = t.key WHERE t.run = @run AND t.number = @trial ORDER BY s.metric",
                row => (row.GetString(12), ReadSummary(row)), ("@run", key), ("@trial", trial.Number)),
        ];

    /// <summary>Every series of a run by its trial's key, in one pass over the chunks: a query for each would take the most of the time.</summary>
    public static ILookup<long, KeyValuePair<string, SeriesSnapshot>> ReadSnapshots(SqliteSession session, long run, int curvePoints)
    {
        var snapshots = new List<(long Trial, KeyValuePair<string, SeriesSnapshot> Series)>();
        var buffer = new PointBuffer();
        session.Each(
            $"""
            SELECT {Summary}, t.key, s.metric, c.points, c.number
            FROM trials t CROSS JOIN series s ON s.trial = t.key CROSS JOIN chunks c ON c.series = s.key
            WHERE t.run = @run ORDER BY t.number, s.metric, c.number
            """,
            row =>
            {
                if (row.GetInt64(15) == 0)
                {
                    buffer.Clear();
                }

                var length = row.GetInt64(0);
                buffer.Add(raw.sqlite3_column_blob(row.Handle, 14), length);
                if (buffer.Points.Length == length)
                {
                    snapshots.Add((row.GetInt64(12), new(row.GetString(13), SeriesSnapshot.Of(ReadSummary(row), buffer.Points, curvePoints))));
                }
            },
            ("@run", run));
        return snapshots.ToLookup(snapshot => snapshot.Trial, snapshot => snapshot.Series);
    }

    private static long PutSummary(SqliteSession session, long trial, string metric, SeriesSummary summary) => session.Number(
        """
        INSERT INTO series (trial, metric, count, finite, first_x, first_y, first_at, last_x, last_y, last_at, min, max, mean, squares)
        VALUES (@trial, @metric, @count, @finite, @first_x, @first_y, @first_at, @last_x, @last_y, @last_at, @min, @max, @mean, @squares)
        ON CONFLICT (trial, metric) DO UPDATE SET
            count = excluded.count, finite = excluded.finite, last_x = excluded.last_x, last_y = excluded.last_y, last_at = excluded.last_at,
            min = excluded.min, max = excluded.max, mean = excluded.mean, squares = excluded.squares
        RETURNING key
        """,
        ("@trial", trial), ("@metric", metric), ("@count", summary.Count), ("@finite", summary.Finite),
        ("@first_x", Rows.Real(summary.First.X)), ("@first_y", Rows.Real(summary.First.Y)), ("@first_at", Rows.Milliseconds(summary.First.Time)),
        ("@last_x", Rows.Real(summary.Last.X)), ("@last_y", Rows.Real(summary.Last.Y)), ("@last_at", Rows.Milliseconds(summary.Last.Time)),
        ("@min", Rows.Real(summary.Min)), ("@max", Rows.Real(summary.Max)), ("@mean", Rows.Real(summary.Mean)), ("@squares", Rows.Real(summary.SumOfSquares)))!.Value;

    private static SeriesSummary ReadSummary(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1),
        new MetricPoint(Rows.Real(row, 2), Rows.Real(row, 3), Rows.Time(row, 4)!.Value),
        new MetricPoint(Rows.Real(row, 5), Rows.Real(row, 6), Rows.Time(row, 7)!.Value),
        Rows.Real(row, 8), Rows.Real(row, 9), Rows.Real(row, 10), Rows.Real(row, 11));
}
