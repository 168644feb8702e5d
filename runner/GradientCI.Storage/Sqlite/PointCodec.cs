using System.Buffers.Binary;
using GradientCI.Metrics;

namespace GradientCI.Storage.Sqlite;

/// <summary>Points as the chunks hold them: x, y and milliseconds, 24 bytes, little-endian.</summary>
internal static class PointCodec
{
    public const int PointSize = 24;

    public static void Write(Span<byte> target, IReadOnlyList<MetricPoint> points, int from, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var point = points[from + i];
            BinaryPrimitives.WriteDoubleLittleEndian(target, point.X);
            BinaryPrimitives.WriteDoubleLittleEndian(target[8..], point.Y);
            BinaryPrimitives.WriteInt64LittleEndian(target[16..], point.Time.ToUnixTimeMilliseconds());
            target = target[PointSize..];
        }
    }

    public static void Read(ReadOnlySpan<byte> source, Span<MetricPoint> points)
    {
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new MetricPoint(
                BinaryPrimitives.ReadDoubleLittleEndian(source),
                BinaryPrimitives.ReadDoubleLittleEndian(source[8..]),
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(source[16..])));
            source = source[PointSize..];
        }
    }
}
