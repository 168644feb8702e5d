using System.Collections.Immutable;

namespace GradientCI.Metrics;

/// <summary><see cref="CurveThinning.Thin"/> of a series that is too long to be held: it is shown the points piece by piece.</summary>
public sealed class CurveSketch
{
    private readonly ImmutableArray<MetricPoint>.Builder _kept = ImmutableArray.CreateBuilder<MetricPoint>();
    private readonly long _count;
    private readonly int _limit;
    private readonly int _stretches;
    private readonly Stretch _stretch = new();
    private int _number;
    private long _seen;

    /// <summary>Begins.</summary>
    /// <param name="count">How many points there will be.</param>
    /// <param name="limit">The most points to keep; peaks need 4.</param>
    public CurveSketch(long count, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        (_count, _limit, _stretches) = (count, limit, Math.Max(0, (limit - 2) / 2));
    }

    /// <summary>What is kept of the points so far, in order of arrival.</summary>
    public ImmutableArray<MetricPoint> Points => _kept.ToImmutable();

    /// <summary>Shows the next points; those beyond the promised number are passed over.</summary>
    public void Add(ReadOnlySpan<MetricPoint> points)
    {
        foreach (var point in points)
        {
            if (_seen < _count)
            {
                Add(point);
            }
        }
    }

    private void Add(MetricPoint point)
    {
        var at = _seen++;
        if (_count <= _limit || (_limit < 2 ? at >= _count - _limit : at == 0 || at == _count - 1))
        {
            _kept.Add(point);
        }
        else if (_stretches > 0)
        {
            _stretch.Add(point);
            if (at == (_count - 2) * (_number + 1) / _stretches)
            {
                _stretch.MoveTo(_kept);
                _number++;
            }
        }
    }

    /// <summary>The lowest and the highest of some points, or the first when none is finite.</summary>
    private sealed class Stretch
    {
        private int _count;
        private MetricPoint _first;
        private (MetricPoint Point, int At)? _low;
        private (MetricPoint Point, int At)? _high;

        public void Add(MetricPoint point)
        {
            if (_count == 0)
            {
                _first = point;
            }

            if (double.IsFinite(point.Y))
            {
                _low = _low is not { } low || point.Y < low.Point.Y ? (point, _count) : _low;
                _high = _high is not { } high || point.Y > high.Point.Y ? (point, _count) : _high;
            }

            _count++;
        }

        public void MoveTo(ImmutableArray<MetricPoint>.Builder kept)
        {
            if (_low is not { } low || _high is not { } high)
            {
                kept.Add(_first);
            }
            else
            {
                kept.Add(low.At <= high.At ? low.Point : high.Point);
                if (low.At != high.At)
                {
                    kept.Add(low.At <= high.At ? high.Point : low.Point);
                }
            }

            (_count, _low, _high) = (0, null, null);
        }
    }
}
