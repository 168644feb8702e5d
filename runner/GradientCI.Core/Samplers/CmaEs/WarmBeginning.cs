using GradientCI.Metrics;

namespace GradientCI.Samplers.CmaEs;

/// <summary>The first distribution where earlier runs are known: around their best sets, as wide as those lie apart.</summary>
/// <remarks>
/// Nomura et al., "Warm starting CMA-ES for hyperparameter optimization" (AAAI 2021): the normal distribution that is nearest to a mixture
/// of small round ones around the best tenth. Learned from as generations, sets that another sampler chose would lead to the middle of where it looked.
/// </remarks>
internal static class WarmBeginning
{
    /// <summary>The distribution; null when fewer sets are known than a generation has.</summary>
    public static CmaState? Of(History history, Objective objective, SearchAxes axes, CmaWeights weights)
    {
        var known = history.Take(history.Earlier)
            .Where(set => set.FeasibleValue is { } value && double.IsFinite(value))
            .OrderBy(set => objective.LossOf(set.FeasibleValue!.Value))
            .ToArray();
        return known.Length < weights.Population ? null
            : Around([.. known.Take((int)Math.Ceiling(CmaRules.PromisingShare * known.Length)).Select(set => axes.MiddleOf(set.Parameters))], weights);
    }

    private static CmaState Around(double[][] points, CmaWeights weights)
    {
        var n = points[0].Length;
        var mean = Enumerable.Range(0, n).Select(at => Math.Min(points.Average(point => point[at]), Math.BitDecrement(1.0))).ToArray();
        var covariance = new double[n, n];
        for (var row = 0; row < n; row++)
        {
            for (var column = 0; column < n; column++)
            {
                covariance[row, column] = points.Average(point => (point[row] - mean[row]) * (point[column] - mean[column]))
                    + (row == column ? CmaRules.PromisingReach * CmaRules.PromisingReach : 0);
            }
        }

        return new CmaState(mean, covariance, weights);
    }
}
