using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>Arithmetic four numbers at a time, in an order that no machine changes.</summary>
/// <remarks>
/// Four lanes are four lanes everywhere: where registers are narrower the runtime takes two for one, and every addition
/// and multiplication rounds alike. Nothing is fused or summed in an order of the hardware's choice.
/// </remarks>
internal static class Lanes
{
    /// <summary>How many numbers a vector holds.</summary>
    public const int Width = 4;

    // 1.5 × 2⁵²: what is added to it is rounded to a whole number, which then stands in the lowest bits.
    private const double Rounder = 6755399441055744;
    private const double Lowest = -700;

    // 1/k!, the highest first; |x| ≤ ln 2 / 2 leaves an error below the last digit.
    private static readonly double[] Taylor = [.. Enumerable.Range(0, 14).Select(k => 1 / Enumerable.Range(1, 13 - k).Aggregate(1.0, (product, factor) => product * factor))];

    /// <summary>How many vectors hold so many numbers.</summary>
    public static int Of(int count) => (count + Width - 1) / Width;

    /// <summary>Room for so many numbers, in whole vectors.</summary>
    public static double[] Room(int count) => new double[Of(count) * Width];

    /// <summary>A row of numbers as vectors.</summary>
    public static Span<Vector256<double>> Over(Span<double> row) => MemoryMarshal.Cast<double, Vector256<double>>(row);

    /// <summary>The sum of all products.</summary>
    public static double Dot(ReadOnlySpan<Vector256<double>> one, ReadOnlySpan<Vector256<double>> other)
    {
        other = other[..one.Length];
        Vector256<double> even = default, odd = default;
        var at = 0;
        for (; at + 1 < one.Length; at += 2)
        {
            even += one[at] * other[at];
            odd += one[at + 1] * other[at + 1];
        }

        if (at < one.Length)
        {
            even += one[at] * other[at];
        }

        return Sum(even + odd);
    }

    /// <summary>The sum of the four.</summary>
    public static double Sum(Vector256<double> vector) => vector[0] + vector[1] + (vector[2] + vector[3]);

    /// <summary>The exponentials of numbers that are not above zero; below -700 that of -700.</summary>
    public static Vector256<double> Exp(Vector256<double> exponent)
    {
        exponent = Vector256.Max(exponent, Vector256.Create(Lowest));
        var rounded = (exponent * (1 / Math.Log(2))) + Vector256.Create(Rounder);
        var whole = rounded - Vector256.Create(Rounder);

        // ln 2 in two parts, the first with zeros at its end, so that its product is exact.
        var rest = exponent - (whole * 6.93147180369123816490e-01) - (whole * 1.90821492927058770002e-10);
        var sum = Vector256.Create(Taylor[0]);
        for (var term = 1; term < Taylor.Length; term++)
        {
            sum = (sum * rest) + Vector256.Create(Taylor[term]);
        }

        return (sum.AsInt64() + (rounded.AsInt64() << 52)).AsDouble();
    }
}
