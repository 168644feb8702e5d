using System.Collections.Immutable;

namespace GradientCI.Metrics;

/// <summary>Makes a curve small enough to draw without flattening its peaks.</summary>
public static class CurveThinning
{
    /// <summary>Keeps the first point, the last, and of each equal stretch between them the lowest and the highest.</summary>
    /// <remarks>A stretch without a finite value keeps its first point, so that a gap stays visible as one.</remarks>
    /// <param name="points">All points in order of arrival.</param>
    /// <param name="limit">The most points to keep; 0 keeps none, 1 the last one, and peaks need 4.</param>
    /// <returns>Points of the curve, in order of arrival; all of them when they are few enough.</returns>
    public static ImmutableArray<MetricPoint> Thin(ReadOnlySpan<MetricPoint> points, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        if (points.Length <= limit)
        {
            return [.. points];
        }

        if (limit < 2)
        {
            return [.. points[(points.Length - limit)..]];
        }

        var kept = ImmutableArray.CreateBuilder<MetricPoint>(limit);
        kept.Add(points[0]);
        var inner = points[1..^1];
        var stretches = (limit - 2) / 2;
        for (var i = 0; i < stretches; i++)
        {
            var from = (int)((long)inner.Length * i / stretches);
            var to = (int)((long)inner.Length * (i + 1) / stretches);
            AddPeaks(kept, inner[from..to]);
        }

        kept.Add(points[^1]);
        return kept.DrainToImmutable();
    }

    private static void AddPeaks(ImmutableArray<MetricPoint>.Builder kept, ReadOnlySpan<MetricPoint> stretch)
    {
        int low = -1, high = -1;
        for (var i = 0; i < stretch.Length; i++)
        {
            var y = stretch[i].Y;
            if (double.IsFinite(y))
            {
                low = low < 0 || y < stretch[low].Y ? i : low;
                high = high < 0 || y > stretch[high].Y ? i : high;
            }
        }

        kept.Add(stretch[Math.Max(0, Math.Min(low, high))]);
        if (low != high)
        {
            kept.Add(stretch[Math.Max(low, high)]);
        }
    }
}
