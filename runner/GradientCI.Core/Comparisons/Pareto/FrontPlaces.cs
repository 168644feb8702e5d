namespace GradientCI.Comparisons.Pareto;

/// <summary>Puts results of several losses in an order: by fronts, and within a front the lonelier ones first.</summary>
/// <remarks>
/// As NSGA-II does, and one of the rankings that Schmucker et al., "Multi-objective asynchronous successive halving" (2021) compare. What is
/// best in one of the losses is lonelier than all that lie between, so nothing comes before it.
/// </remarks>
internal static class FrontPlaces
{
    /// <summary>For each result, how many come before it: equal places where nothing tells them apart. Those that are not finite come last.</summary>
    public static int[] Of(IReadOnlyList<double[]> losses)
    {
        var places = new int[losses.Count];
        Array.Fill(places, losses.Count(result => Array.TrueForAll(result, double.IsFinite)));
        var before = 0;
        foreach (var front in Fronts.Of(losses))
        {
            var distances = Distances(losses, front);
            int[] order = [.. Enumerable.Range(0, front.Length).OrderByDescending(at => distances[at])];
            for (var at = 0; at < order.Length; at++)
            {
                places[front[order[at]]] = at > 0 && distances[order[at]] == distances[order[at - 1]] ? places[front[order[at - 1]]] : before + at;
            }

            before += front.Length;
        }

        return places;
    }

    // Equal results are as lonely as one: else of two that are best, each would stand in the other's way. In a front they follow one another.
    private static double[] Distances(IReadOnlyList<double[]> losses, int[] front)
    {
        int[] distinct = [.. front.Where((place, at) => at == 0 || !losses[place].AsSpan().SequenceEqual(losses[front[at - 1]]))];
        var lonely = Crowding.Distances(losses, distinct);
        var distances = new double[front.Length];
        for (int at = 0, of = -1; at < front.Length; at++)
        {
            of += of + 1 < distinct.Length && front[at] == distinct[of + 1] ? 1 : 0;
            distances[at] = lonely[of];
        }

        return distances;
    }
}
