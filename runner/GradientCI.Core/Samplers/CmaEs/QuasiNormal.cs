using GradientCI.Samplers.Sobol;
using MathNet.Numerics;

namespace GradientCI.Samplers.CmaEs;

/// <summary>Draws from the round normal distribution that fill it evenly: the scrambled Sobol' sequence, bent.</summary>
/// <remarks>
/// Teytaud and Gelly, "DCMA: yet another derandomization in covariance-matrix-adaptation" (GECCO 2007). A generation has so
/// few sets that independent draws leave whole directions out.
/// </remarks>
internal static class QuasiNormal
{
    private const double Least = 1e-17;

    /// <summary>A draw.</summary>
    /// <param name="seed">Equal seeds give equal draws.</param>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="dimensions">How many coordinates it has.</param>
    public static double[] At(long seed, int index, int dimensions)
    {
        var sequence = new SobolSequence(seed);
        return [.. Enumerable.Range(0, dimensions).Select(at => -Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * Math.Max(Least, sequence.At(index, at))))];
    }
}
