using MathNet.Numerics;

namespace GradientCI.Samplers.Gp;

/// <summary>By how much a normally distributed value is expected to be better than the best, as a logarithm.</summary>
/// <remarks>
/// In logarithms it still tells two hopeless points apart, and a search can climb from one to the other (Ament et al.,
/// "Unexpected improvements to expected improvement for Bayesian optimization", NeurIPS 2023).
/// </remarks>
internal static class Improvement
{
    private const double HalfLogTwoPi = 0.91893853320467274178;
    private const double Far = 10;

    /// <summary>The logarithm of φ(z) + z Φ(z), and its derivative.</summary>
    /// <param name="z">By how many standard deviations the mean is better than the best.</param>
    public static (double Log, double Slope) Of(double z)
    {
        if (z > -1)
        {
            var below = SpecialFunctions.Erfc(-z / Math.Sqrt(2)) / 2;
            var sum = Math.Exp(-(z * z / 2) - HalfLogTwoPi) + (z * below);
            return (Math.Log(sum), below / sum);
        }

        // φ(z) (1 - t m), where t is -z and m Mills' ratio (1 - Φ(t)) / φ(t).
        var t = -z;
        var (mills, left) = t < Far ? Near(t) : Tail(t);
        return (-(t * t / 2) - HalfLogTwoPi + Math.Log(left), mills / left);
    }

    private static (double Mills, double Left) Near(double t)
    {
        var mills = Math.Sqrt(Math.PI / 2) * Math.Exp(t * t / 2) * SpecialFunctions.Erfc(t / Math.Sqrt(2));
        return (mills, 1 - (t * mills));
    }

    // 1 - t m is 1/t² - 3/t⁴ + 15/t⁶ - …, until the terms no longer count.
    private static (double Mills, double Left) Tail(double t)
    {
        double square = t * t, term = 1 / square, left = term;
        for (var odd = 3; Math.Abs(term) > 1e-17 * left && odd < square; odd += 2)
        {
            term *= -odd / square;
            left += term;
        }

        return ((1 - left) / t, left);
    }
}
