using GradientCI.SearchSpaces;

namespace GradientCI.Samplers;

/// <summary>Looks for points that a sweep has not seen.</summary>
internal static class FreePoints
{
    /// <summary>The first point from a start on, around the end, that the history lacks; null when it has them all.</summary>
    public static ParameterSet? First(long count, long start, Func<long, ParameterSet> pointAt, History history)
    {
        var steps = Math.Min(count, history.Distinct + 1L);
        for (var step = 0L; step < steps; step++)
        {
            var point = pointAt((start + step) % count);
            if (!history.Has(point))
            {
                return point;
            }
        }

        return null;
    }
}
