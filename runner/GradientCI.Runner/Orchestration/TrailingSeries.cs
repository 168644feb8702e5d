using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Runner.Orchestration;

/// <summary>What a series was as of steps that are asked for in order. It keeps only what may still be asked for.</summary>
internal sealed class TrailingSeries(string metric)
{
    private readonly List<MetricPoint> _points = [];

    /// <summary>The metric's name.</summary>
    public string Metric { get; } = metric;

    /// <summary>How many points came.</summary>
    public long Count { get; private set; }

    /// <summary>Adds points.</summary>
    public void Add(ImmutableArray<MetricPoint> points)
    {
        Count += points.Length;
        _points.AddRange(points);
    }

    /// <summary>Whether a point at or behind a step came.</summary>
    public bool HasReached(double step) => _points.Exists(point => point.X >= step);

    /// <summary>The last value that is no further than a step; null when none is known.</summary>
    public double? LastUntil(double step)
    {
        var at = _points.FindLastIndex(point => point.X <= step);
        if (at < 0)
        {
            return null;
        }

        _points.RemoveRange(0, at);
        return _points[0].Y;
    }
}
