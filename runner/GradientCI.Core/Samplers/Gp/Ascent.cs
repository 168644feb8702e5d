namespace GradientCI.Samplers.Gp;

/// <summary>Ways from a point of the space up to one where more is to be gained.</summary>
internal sealed class Ascent(Axes axes, Posterior posterior)
{
    private const int Rounds = 4;
    private const double WorthARound = 1e-6;

    /// <summary>What is to be gained at points, as logarithms.</summary>
    public double[] Gains(List<double[]> points) => posterior.LogGains(points.ConvertAll(axes.Seen));

    /// <summary>Goes along the continua by their slopes and over the few values of other axes by trying them, in turn until neither helps.</summary>
    public (double[] Units, double Gain) From(double[] units, double gain)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var before = gain;
            (units, gain) = Slide(units, gain);
            for (var axis = 0; axis < axes.Count; axis++)
            {
                if (axes.Middles[axis] is { Length: > 1 } middles)
                {
                    List<double[]> others = [.. middles.Select(middle => With(units, axis, middle))];
                    var gains = Gains(others);
                    var best = Array.IndexOf(gains, gains.Max());
                    (units, gain) = best >= 0 && gains[best] > gain ? (others[best], gains[best]) : (units, gain);
                }
            }

            if (!(gain > before + WorthARound) || axes.Middles.All(middles => middles is null))
            {
                break;
            }
        }

        return (units, gain);
    }

    private (double[] Units, double Gain) Slide(double[] units, double gain)
    {
        var existing = axes.Existing(units);
        var free = Enumerable.Range(0, axes.Count).Where(axis => axes.Middles[axis] is null && existing[axis]).ToArray();
        if (free.Length == 0)
        {
            return (units, gain);
        }

        double[] seen = [.. axes.Seen(units)], slopes = new double[axes.Count], point = [.. free.Select(axis => units[axis])];
        var slid = -Lbfgs.Descend(Loss, point, new double[free.Length], [.. Enumerable.Repeat(1.0, free.Length)], GpRules.ClimbSteps, GpRules.ClimbTolerance);
        if (!(slid > gain))
        {
            return (units, gain);
        }

        units = [.. units];
        Place(point, units);
        return (units, slid);

        double Loss(ReadOnlySpan<double> at, Span<double> gradient)
        {
            Place(at, seen);
            var loss = -posterior.LogGain(seen, slopes);
            for (var place = 0; place < free.Length; place++)
            {
                gradient[place] = -slopes[free[place]];
            }

            return loss;
        }

        void Place(ReadOnlySpan<double> at, double[] whole)
        {
            for (var place = 0; place < free.Length; place++)
            {
                whole[free[place]] = at[place];
            }
        }
    }

    private static double[] With(double[] units, int axis, double unit)
    {
        double[] copy = [.. units];
        copy[axis] = unit;
        return copy;
    }
}
