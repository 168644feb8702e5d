using GradientCI.Metrics;

namespace GradientCI.Storage.Sqlite;

/// <summary>Gathers the chunks of one series after another in memory that is used again.</summary>
internal sealed class PointBuffer
{
    private MetricPoint[] _points = [];
    private int _count;

    /// <summary>The points since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<MetricPoint> Points => _points.AsSpan(0, _count);

    /// <summary>Adds the next chunk of a series of the given length; what is beyond its end in a chunk is spare room.</summary>
    public void Add(ReadOnlySpan<byte> chunk, long seriesLength)
    {
        var count = (int)Math.Min(seriesLength - _count, chunk.Length / PointCodec.PointSize);
        if (_count + count > _points.Length)
        {
            Array.Resize(ref _points, Math.Max(_count + count, _points.Length * 2));
        }

        PointCodec.Read(chunk, _points.AsSpan(_count, count));
        _count += count;
    }

    public void Clear() => _count = 0;
}
