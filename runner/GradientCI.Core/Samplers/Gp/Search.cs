using GradientCI.Samplers.Sobol;
using GradientCI.Samplers.Tpe;

namespace GradientCI.Samplers.Gp;

/// <summary>Looks for the points of a space where most is to be gained.</summary>
internal sealed class Search(Axes axes, Posterior posterior)
{
    private const double Nearby = 0.05;

    /// <summary>The best points that were found, the best first.</summary>
    public IEnumerable<double[]> Best(long seed, int index, IReadOnlyList<double[]> good)
    {
        var candidates = Candidates(seed, index, good);
        var gains = Gains(candidates);
        var order = Enumerable.Range(0, candidates.Count).OrderByDescending(at => gains[at]).ToArray();
        var found = order.Take(GpRules.Starts).Select(at => Climb(candidates[at], gains[at])).ToList();
        found.AddRange(order.Select(at => (candidates[at], gains[at])));
        return found.OrderByDescending(each => each.Item2).Select(each => each.Item1);
    }

    private List<double[]> Candidates(long seed, int index, IReadOnlyList<double[]> good)
    {
        var sequence = new SobolSequence((long)SplitMix64.For(seed, index).Next());
        var candidates = new List<double[]>();
        for (var at = 0; at < GpRules.Candidates; at++)
        {
            var units = new double[axes.Count];
            for (var axis = 0; axis < units.Length; axis++)
            {
                units[axis] = sequence.At(at, axis);
            }

            candidates.Add(units);
        }

        var random = SplitMix64.For(seed, index, 1);
        for (var at = 0; at < GpRules.Near; at++)
        {
            var units = (double[])good[at % good.Count].Clone();
            var reach = Nearby * Math.Pow(4, -(at / good.Count % 4));
            for (var axis = 0; axis < units.Length; axis++)
            {
                units[axis] = axes.Middles[axis] is { } middles
                    ? random.NextUnit() < 0.3 ? middles[random.NextBelow(middles.Length)] : units[axis]
                    : Math.Clamp(units[axis] + (reach * NormalDistribution.Draw(ref random)), 0, 1);
            }

            candidates.Add(units);
        }

        candidates.ForEach(axes.Snap);
        return candidates;
    }

    private double[] Gains(List<double[]> candidates) => posterior.LogImprovements(candidates.ConvertAll(axes.Seen));

    // Along the continua by their slopes, over the values of the others by trying them, in turn until neither helps.
    private (double[] Units, double Gain) Climb(double[] units, double gain)
    {
        units = (double[])units.Clone();
        for (var round = 0; round < 4; round++)
        {
            var before = gain;
            gain = Math.Max(gain, Slide(units));
            for (var axis = 0; axis < axes.Count; axis++)
            {
                if (axes.Middles[axis] is { } middles)
                {
                    var tries = middles.Select(middle => With(units, axis, middle)).ToList();
                    var gains = Gains(tries);
                    var best = Array.IndexOf(gains, gains.Max());
                    if (best >= 0 && gains[best] > gain)
                    {
                        (units, gain) = (tries[best], gains[best]);
                    }
                }
            }

            if (axes.Middles.All(middles => middles is null) || !(gain > before + 1e-6))
            {
                break;
            }
        }

        return (units, gain);
    }

    private double Slide(double[] units)
    {
        var seen = axes.Seen(units);
        var active = axes.Active(units);
        var free = Enumerable.Range(0, axes.Count).Where(axis => axes.Middles[axis] is null && active[axis]).ToArray();
        if (free.Length == 0)
        {
            return double.NegativeInfinity;
        }

        double[] whole = (double[])seen.Clone(), slopes = new double[axes.Count], point = [.. free.Select(axis => units[axis])];
        var value = Lbfgs.Descend(
            (at, gradient) =>
            {
                for (var place = 0; place < free.Length; place++)
                {
                    whole[free[place]] = at[place];
                }

                var gain = posterior.LogImprovement(whole, slopes);
                for (var place = 0; place < free.Length; place++)
                {
                    gradient[place] = -slopes[free[place]];
                }

                return -gain;
            },
            point, new double[free.Length], [.. Enumerable.Repeat(1.0, free.Length)], 40, 1e-6);
        for (var place = 0; place < free.Length; place++)
        {
            units[free[place]] = point[place];
        }

        return -value;
    }

    private static double[] With(double[] units, int axis, double unit)
    {
        var copy = (double[])units.Clone();
        copy[axis] = unit;
        return copy;
    }
}
