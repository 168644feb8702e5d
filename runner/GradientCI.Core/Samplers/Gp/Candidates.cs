using GradientCI.Samplers.Sobol;
using GradientCI.Samplers.Tpe;

namespace GradientCI.Samplers.Gp;

/// <summary>Points of a space from which a search for better ones begins.</summary>
internal static class Candidates
{
    private const double Nearby = 0.05;
    private const double Narrower = 0.25;
    private const int Rings = 4;
    private const double ChangeOfValue = 0.3;

    /// <summary>Spread over the space, and crowded around the best.</summary>
    /// <param name="axes">The space.</param>
    /// <param name="best">The best points so far.</param>
    /// <param name="seed">The sweep's seed.</param>
    /// <param name="index">The number of the proposal.</param>
    public static List<double[]> Of(Axes axes, double[][] best, long seed, int index)
    {
        var candidates = Spread(axes, seed, index).Concat(Near(axes, best, seed, index)).ToList();
        candidates.ForEach(axes.Snap);
        return candidates;
    }

    private static IEnumerable<double[]> Spread(Axes axes, long seed, int index)
    {
        var sequence = new SobolSequence((long)SplitMix64.For(seed, index).Next());
        return Enumerable.Range(0, GpRules.SpreadCandidates)
            .Select(at => Enumerable.Range(0, axes.Count).Select(axis => sequence.At(at, axis)).ToArray());
    }

    // In rings, each a quarter as wide as the one before.
    private static IEnumerable<double[]> Near(Axes axes, double[][] best, long seed, int index)
    {
        var random = SplitMix64.For(seed, index, 1);
        for (var at = 0; at < GpRules.NearCandidates; at++)
        {
            double[] units = [.. best[at % best.Length]];
            var reach = Nearby * Math.Pow(Narrower, at / best.Length % Rings);
            for (var axis = 0; axis < units.Length; axis++)
            {
                if (axes.Middles[axis] is not { } middles)
                {
                    units[axis] = Math.Clamp(units[axis] + (reach * NormalDistribution.Draw(ref random)), 0, 1);
                }
                else if (random.NextUnit() < ChangeOfValue)
                {
                    units[axis] = middles[random.NextBelow(middles.Length)];
                }
            }

            yield return units;
        }
    }
}
