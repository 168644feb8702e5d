using GradientCI.SearchSpaces;

namespace GradientCI.Samplers;

/// <summary>Looks for points that a sweep has not seen.</summary>
internal static class FreePoints
{
    /// <summary>Whether the history has the set. Compares digests first: cheap enough for 10,000 sets, asked 10,000 times.</summary>
    public static bool Has(IReadOnlyList<Observation> history, ParameterSet set)
    {
        for (var at = history.Count - 1; at >= 0; at--)
        {
            if (history[at].Parameters.Equals(set))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first point from a start on, around the end, that the history lacks; null when it has them all.</summary>
    public static ParameterSet? First(long count, long start, Func<long, ParameterSet> pointAt, IReadOnlyList<Observation> history)
    {
        var first = pointAt(start);
        if (history.Count < count && !Has(history, first))
        {
            return first;
        }

        var seen = history.Select(observation => observation.Parameters).ToHashSet();
        var steps = Math.Min(count, seen.Count + 1L);
        for (var step = 0L; step < steps; step++)
        {
            var point = pointAt((start + step) % count);
            if (!seen.Contains(point))
            {
                return point;
            }
        }

        return null;
    }
}
