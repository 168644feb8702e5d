using GradientCI.Comparisons.Pareto;

namespace GradientCI.Samplers.Tpe;

/// <summary>Which sets of a sweep with several objectives are the good ones.</summary>
/// <remarks>
/// Whole fronts are taken, and of the front that does not fit those sets that together beat most: Ozaki et al., "Multiobjective
/// tree-structured Parzen estimator" (2022).
/// </remarks>
internal static class GoodSets
{
    // What adds nothing to the front still shows where it is feasible.
    private const double LeastWeight = 1e-3;

    /// <summary>So many of the feasible sets of several objectives, front by front; all when there are no more.</summary>
    public static List<JudgedSet> Of(List<JudgedSet> feasible, int count)
    {
        var good = new List<JudgedSet>();
        foreach (var front in Fronts.Of([.. feasible.Select(set => set.Losses)]))
        {
            var left = count - good.Count;
            if (front.Length > left)
            {
                var losses = UnitLosses.Of([.. front.Select(at => feasible[at].Losses)]);
                good.AddRange(FrontSample.Of(losses, left, UnitLosses.Reference(losses[0].Length)).Select(at => feasible[front[at]]));
                break;
            }

            good.AddRange(front.Select(at => feasible[at]));
        }

        return good;
    }

    /// <summary>How much each of the good sets counts: what it adds to the hypervolume, beside 1 for the one that adds most.</summary>
    public static double[] Weights(List<JudgedSet> good)
    {
        var weights = new double[good.Count];
        Array.Fill(weights, LeastWeight);
        var feasible = Enumerable.Range(0, good.Count).Where(at => good[at].Violation == 0).ToArray();
        if (feasible.Length == 0)
        {
            Array.Fill(weights, 1);
            return weights;
        }

        var shares = FrontSample.Shares(UnitLosses.Of([.. feasible.Select(at => good[at].Losses)]), UnitLosses.Reference(good[0].Losses.Length));
        var most = shares.Max();
        for (var at = 0; at < feasible.Length; at++)
        {
            weights[feasible[at]] = most > 0 ? Math.Max(LeastWeight, shares[at] / most) : 1;
        }

        return weights;
    }
}
