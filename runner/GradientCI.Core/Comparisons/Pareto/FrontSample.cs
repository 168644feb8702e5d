namespace GradientCI.Comparisons.Pareto;

/// <summary>Chooses few results that together beat much.</summary>
internal static class FrontSample
{
    /// <summary>
    /// The places of so many results, taken greedily by the hypervolume that each adds; of equal ones the earlier.
    /// </summary>
    /// <remarks>
    /// Guerreiro, Fonseca and Paquete, "Greedy hypervolume subset selection in low dimensions" (2016). What a result adds only
    /// becomes less as others are taken, so it is worked out anew only for those that might be next.
    /// </remarks>
    /// <param name="losses">Results between 0 and the reference.</param>
    /// <param name="count">How many; fewer when there are no more.</param>
    /// <param name="reference">The bound of the hypervolume.</param>
    public static List<int> Of(IReadOnlyList<double[]> losses, int count, double[] reference)
    {
        var chosen = new List<int>();
        var taken = new List<double[]>();
        var (volume, left) = (0.0, new PriorityQueue<int, (double Less, int At)>());
        for (var at = 0; at < losses.Count; at++)
        {
            left.Enqueue(at, (-Hypervolume.Of([losses[at]], reference), at));
        }

        while (chosen.Count < count && left.TryDequeue(out var at, out _))
        {
            var whole = Hypervolume.Of([.. taken, losses[at]], reference);
            if (left.TryPeek(out _, out var next) && (volume - whole, at).CompareTo(next) > 0)
            {
                left.Enqueue(at, (volume - whole, at));
                continue;
            }

            chosen.Add(at);
            taken.Add(losses[at]);
            volume = whole;
        }

        return chosen;
    }

    /// <summary>What each result adds to the hypervolume of the others.</summary>
    public static double[] Shares(IReadOnlyList<double[]> losses, double[] reference)
    {
        var whole = Hypervolume.Of(losses, reference);
        return [.. losses.Select((_, without) => Math.Max(0, whole - Hypervolume.Of(losses.Where((_, at) => at != without), reference)))];
    }
}
