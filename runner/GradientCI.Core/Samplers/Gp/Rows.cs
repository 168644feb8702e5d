using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>A matrix in rows of whole vectors; what lies beyond the last column is zero unless somebody fills it.</summary>
/// <param name="count">How many rows.</param>
/// <param name="width">How many columns.</param>
internal sealed class Rows(int count, int width)
{
    private readonly int _stride = Lanes.Of(width) * Lanes.Width;
    private readonly double[] _numbers = new double[count * Lanes.Of(width) * Lanes.Width];

    /// <summary>How many rows there are.</summary>
    public int Count => count;

    /// <summary>One row.</summary>
    public Span<double> this[int row] => _numbers.AsSpan(row * _stride, _stride);

    /// <summary>One row, as vectors.</summary>
    public Span<Vector256<double>> Vectors(int row) => Lanes.Over(this[row]);
}
