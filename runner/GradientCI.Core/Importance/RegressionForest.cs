using System.Collections.Immutable;
using GradientCI.Samplers;

namespace GradientCI.Importance;

/// <summary>Trees that each learnt from a draw of the sets with replacement; together they predict their mean.</summary>
/// <remarks>Random forests of Breiman (2001), every axis tried at every split, as Hutter et al. (2014) and Optuna do for importances.</remarks>
internal sealed class RegressionForest
{
    private RegressionForest(ImmutableArray<RegressionTree> trees, double explained) => (Trees, Explained) = (trees, explained);

    /// <summary>The trees.</summary>
    public ImmutableArray<RegressionTree> Trees { get; }

    /// <summary>
    /// The share of the variance that is predicted right for sets that a tree did not learn from (R², out of bag): 1 is all of it, 0 or
    /// less no more than the mean would.
    /// </summary>
    public double Explained { get; }

    /// <summary>Grows a forest; the same seed gives the same one.</summary>
    public static RegressionForest Grow(Samples samples, int trees, long seed)
    {
        var grown = ImmutableArray.CreateBuilder<RegressionTree>(trees);
        var (sums, votes) = (new double[samples.Count], new int[samples.Count]);
        for (var tree = 0; tree < trees; tree++)
        {
            var random = SplitMix64.For(seed, tree);
            var drawn = new int[samples.Count];
            var isDrawn = new bool[samples.Count];
            for (var at = 0; at < drawn.Length; at++)
            {
                drawn[at] = (int)random.NextBelow(samples.Count);
                isDrawn[drawn[at]] = true;
            }

            var next = RegressionTree.Grow(samples, drawn);
            for (var set = 0; set < samples.Count; set++)
            {
                if (!isDrawn[set])
                {
                    sums[set] += next.Predict(samples.Sets[set]);
                    votes[set]++;
                }
            }

            grown.Add(next);
        }

        return new RegressionForest(grown.MoveToImmutable(), ExplainedBy(samples.Values, sums, votes));
    }

    private static double ExplainedBy(double[] values, double[] sums, int[] votes)
    {
        var known = Enumerable.Range(0, values.Length).Where(set => votes[set] > 0).ToArray();
        if (known.Length == 0)
        {
            return 0;
        }

        var mean = known.Average(set => values[set]);
        var variance = known.Sum(set => (values[set] - mean) * (values[set] - mean));
        var error = known.Sum(set => ((sums[set] / votes[set]) - values[set]) * ((sums[set] / votes[set]) - values[set]));
        return variance > 0 ? 1 - (error / variance) : 0;
    }
}
