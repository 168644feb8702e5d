namespace GradientCI.Comparisons;

/// <summary>What is known of a few values.</summary>
/// <param name="Count">How many they are.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Variance">Their unbiased variance; NaN below two.</param>
public sealed record Sample(int Count, double Mean, double Variance)
{
    /// <summary>Mean and unbiased variance, in two passes.</summary>
    public static Sample Of(IReadOnlyList<double> values)
    {
        var mean = MeanOf(values);
        return new Sample(values.Count, mean, values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    /// <summary>The mean; of equal values exactly their value, so that no rounding looks like a difference.</summary>
    public static double MeanOf(IReadOnlyList<double> values)
    {
        var first = values[0];
        return double.IsFinite(first) ? first + values.Average(value => value - first) : values.Average();
    }
}
