using MathNet.Numerics.Distributions;

namespace GradientCI.Comparisons;

/// <summary>The 95 % confidence interval of a mean, by Student's t.</summary>
public static class ConfidenceInterval
{
    /// <summary>Half its width; null below two values, or when one is not finite.</summary>
    public static double? HalfWidth(IReadOnlyList<double> values)
    {
        if (values.Count < 2 || !values.All(double.IsFinite))
        {
            return null;
        }

        var sample = Sample.Of(values);
        return StudentT.InvCDF(0, 1, values.Count - 1, 0.975) * Math.Sqrt(sample.Variance / sample.Count);
    }
}
