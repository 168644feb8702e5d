namespace GradientCI.Comparisons.Pareto;

/// <summary>How lonely the results of a front are: the more, the more is lost with them.</summary>
/// <remarks>The crowding distance of Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II" (2002).</remarks>
public static class Crowding
{
    /// <summary>
    /// For each of some results, how far apart its neighbours are in each loss, in parts of the range, added up;
    /// infinite for the results at the ends.
    /// </summary>
    /// <param name="losses">Results, of which the losses are finite.</param>
    /// <param name="front">The places of those that are looked at.</param>
    public static double[] Distances(IReadOnlyList<double[]> losses, IReadOnlyList<int> front)
    {
        var distances = new double[front.Count];
        for (var loss = 0; front.Count > 0 && loss < losses[front[0]].Length; loss++)
        {
            var values = front.Select(place => losses[place][loss]).ToArray();
            var order = Enumerable.Range(0, front.Count).OrderBy(at => values[at]).ToArray();
            var (low, high) = (values[order[0]], values[order[^1]]);
            if (low >= high)
            {
                continue;
            }

            distances[order[0]] = distances[order[^1]] = double.PositiveInfinity;
            for (var at = 1; at < order.Length - 1; at++)
            {
                // Halved, so that the range of the largest numbers is one too.
                distances[order[at]] += ((values[order[at + 1]] / 2) - (values[order[at - 1]] / 2)) / ((high / 2) - (low / 2));
            }
        }

        return distances;
    }
}
