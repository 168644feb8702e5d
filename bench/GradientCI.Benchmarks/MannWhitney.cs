using MathNet.Numerics.Distributions;

namespace GradientCI.Benchmarks;

/// <summary>Whether one sample tends to be larger than another, by ranks alone.</summary>
internal static class MannWhitney
{
    /// <summary>How likely chance makes the first sample at least so much larger: one-sided, in the normal approximation, corrected for ties.</summary>
    public static double Larger(double[] first, double[] second)
    {
        var all = first.Concat(second).Order().ToArray();
        var (n, m, count) = ((double)first.Length, (double)second.Length, (double)all.Length);
        var ranks = first.Sum(value => (all.Count(other => other < value) + all.Count(other => other <= value) + 1) / 2.0);
        var ties = all.GroupBy(value => value).Sum(group => Math.Pow(group.Count(), 3) - group.Count());
        var deviation = Math.Sqrt(n * m / 12 * (count + 1 - (ties / (count * (count - 1)))));
        var excess = ranks - (n * (n + 1) / 2) - (n * m / 2);
        return deviation > 0 ? 1 - Normal.CDF(0, 1, (excess - 0.5) / deviation) : 1;
    }
}
