using MathNet.Numerics.Distributions;

namespace GradientCI.Comparisons;

/// <summary>Welch's two-sided t-test: do two groups have the same mean, when their variances may differ?</summary>
/// <remarks>
/// Welch, "The generalization of Student's problem when several different population variances are involved"
/// (Biometrika 34, 1947), with the degrees of freedom of Welch and Satterthwaite; the same as R's
/// <c>t.test(x, y)</c> and SciPy's <c>ttest_ind(equal_var=False)</c>.
/// </remarks>
/// <param name="T">The statistic.</param>
/// <param name="DegreesOfFreedom">Of the t distribution it is held against; not whole.</param>
/// <param name="PValue">The probability of a statistic at least as far from zero, were the means equal.</param>
public sealed record WelchTest(double T, double DegreesOfFreedom, double PValue)
{
    private const double MachineEpsilon = 2.220446049250313e-16;

    /// <summary>Makes the test.</summary>
    /// <returns>
    /// Null where it has no answer: below two values on either side, a value that is not finite, or different values
    /// none of which varies within its side. There p would be 0, which claims certainty from what is often three runs
    /// of a program that ignores its seed; R refuses there too. Equal constants give p = 1.
    /// </returns>
    public static WelchTest? Compare(IReadOnlyList<double> values, IReadOnlyList<double> others)
    {
        if (values.Count < 2 || others.Count < 2 || !values.All(double.IsFinite) || !others.All(double.IsFinite))
        {
            return null;
        }

        Sample a = Sample.Of(values), b = Sample.Of(others);
        double va = a.Variance / a.Count, vb = b.Variance / b.Count;
        var error = Math.Sqrt(va + vb);

        // R's bound for "data are essentially constant".
        if (error <= 10 * MachineEpsilon * Math.Max(Math.Abs(a.Mean), Math.Abs(b.Mean)))
        {
            return a.Mean == b.Mean ? new WelchTest(0, a.Count + b.Count - 2, 1) : null;
        }

        var t = (a.Mean - b.Mean) / error;
        var freedom = (va + vb) * (va + vb) / ((va * va / (a.Count - 1)) + (vb * vb / (b.Count - 1)));
        return new WelchTest(t, freedom, Math.Min(1, 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t))));
    }
}
