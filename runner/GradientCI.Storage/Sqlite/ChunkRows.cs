using System.Collections.Immutable;
using GradientCI.Metrics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace GradientCI.Storage.Sqlite;

/// <summary>The points of a series as rows of up to 4,096. The layout is described in the schema.</summary>
internal static class ChunkRows
{
    private const int ChunkPoints = 4096;

    /// <summary>Adds points behind those that a series has.</summary>
    public static void Append(SqliteSession session, long series, long length, IReadOnlyList<MetricPoint> points)
    {
        for (var from = 0; from < points.Count;)
        {
            var used = (int)((length + from) % ChunkPoints);
            var count = Math.Min(points.Count - from, ChunkPoints - used);
            var bytes = new byte[count * PointCodec.PointSize];
            PointCodec.Write(bytes, points, from, count);
            AppendTo(session, series, (length + from) / ChunkPoints, used, bytes);
            from += count;
        }
    }

    /// <summary>How many points the chunks before one hold.</summary>
    public static long Before(long number) => number * ChunkPoints;

    /// <summary>Some points of a series, which must have them.</summary>
    public static ImmutableArray<MetricPoint> Read(SqliteSession session, long series, long from, int count)
    {
        var points = new MetricPoint[count];
        session.Each(
            "SELECT number, points FROM chunks WHERE series = @series AND number BETWEEN @first AND @last ORDER BY number",
            row =>
            {
                var start = row.GetInt64(0) * ChunkPoints;
                var (begin, end) = (Math.Max(from, start), Math.Min(from + count, start + ChunkPoints));
                var bytes = raw.sqlite3_column_blob(row.Handle, 1)[((int)(begin - start) * PointCodec.PointSize)..];
                PointCodec.Read(bytes, points.AsSpan((int)(begin - from), (int)(end - begin)));
            },
            ("@series", series), ("@first", from / ChunkPoints), ("@last", (from + count - 1) / ChunkPoints));
        return [.. points];
    }

    private static void AppendTo(SqliteSession session, long series, long number, int used, byte[] bytes)
    {
        if (used == 0)
        {
            session.Execute(
                "INSERT INTO chunks (series, number, points) VALUES (@series, @number, @points)",
                ("@series", series), ("@number", number), ("@points", bytes));
            return;
        }

        var (key, room) = session.First(
            "SELECT key, length(points) FROM chunks WHERE series = @series AND number = @number",
            row => (row.GetInt64(0), row.GetInt32(1)), ("@series", series), ("@number", number));
        var start = used * PointCodec.PointSize;
        if (start + bytes.Length > room)
        {
            Grow(session, key, start, bytes, Math.Min(ChunkPoints * PointCodec.PointSize, Math.Max(room * 2, start + bytes.Length)));
            return;
        }

        using var blob = new SqliteBlob(session.Connection, "chunks", "points", key);
        blob.Position = start;
        blob.Write(bytes);
    }

    private static void Grow(SqliteSession session, long key, int start, byte[] bytes, int room)
    {
        var grown = session.First("SELECT points FROM chunks WHERE key = @key", row => row.GetFieldValue<byte[]>(0), ("@key", key))!;
        Array.Resize(ref grown, room);
        bytes.CopyTo(grown, start);
        session.Execute("UPDATE chunks SET points = @points WHERE key = @key", ("@points", grown), ("@key", key));
    }
}
