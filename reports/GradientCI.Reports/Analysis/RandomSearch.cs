using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Reports.Analysis;

/// <summary>What random search would be expected to have found.</summary>
internal static class RandomSearch
{
    private const int Places = 60;

    /// <summary>The expected best of the first sets.</summary>
    /// <param name="draws">Values of random sets, ascending.</param>
    /// <param name="direction">Which way is better.</param>
    /// <param name="sets">How many sets there were.</param>
    /// <returns>Numbers of sets, at most some sixty of them, with the expected best.</returns>
    public static IEnumerable<(int Sets, double Best)> Expected(ImmutableArray<double> draws, Direction direction, int sets)
    {
        var best = direction == Direction.Minimize ? draws : [.. draws.Reverse()];
        foreach (var count in Enumerable.Range(0, Places + 1).Select(place => (int)Math.Round(Math.Pow(sets, place / (double)Places))).Distinct())
        {
            yield return (count, ExpectedBest(best, count));
        }
    }

    // The best of n is the draw at place i when all of n are at i or later, and not all later than i.
    private static double ExpectedBest(ImmutableArray<double> best, int count)
    {
        var (sum, later) = (0.0, 1.0);
        for (var at = 0; at < best.Length; at++)
        {
            var next = Math.Pow(1 - ((at + 1.0) / best.Length), count);
            sum += best[at] * (later - next);
            later = next;
        }

        return sum;
    }
}
