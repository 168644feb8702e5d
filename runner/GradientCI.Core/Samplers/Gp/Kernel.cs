using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>How alike the values at two points are expected to be: the Matérn kernel of smoothness 5/2.</summary>
/// <param name="Relevance">Per axis, one over the square of the distance over which values change.</param>
/// <param name="Scale">The variance of the values.</param>
/// <param name="Noise">The variance of what two observations of the same point differ by.</param>
internal sealed record Kernel(double[] Relevance, double Scale, double Noise)
{
    private static readonly double Root5 = Math.Sqrt(5);

    /// <summary>The kernel whose parameters have these logarithms: the relevances, the scale, the noise.</summary>
    public static Kernel Of(ReadOnlySpan<double> logs)
    {
        var relevance = new double[logs.Length - 2];
        for (var axis = 0; axis < relevance.Length; axis++)
        {
            relevance[axis] = Math.Exp(logs[axis]);
        }

        return new Kernel(relevance, Math.Exp(logs[^2]), Math.Exp(logs[^1]));
    }

    /// <summary>The kernel between one point and the first of others.</summary>
    /// <param name="points">The others.</param>
    /// <param name="point">The one; a coordinate per axis.</param>
    /// <param name="values">Filled with the kernel; as long as it is meant to reach.</param>
    /// <param name="slopes">Filled with its derivative by the squared distance.</param>
    public void Fill(Points points, ReadOnlySpan<double> point, Span<Vector256<double>> values, Span<Vector256<double>> slopes)
    {
        values.Clear();
        for (var axis = 0; axis < point.Length; axis++)
        {
            var column = points.Column(axis);
            Vector256<double> coordinate = Vector256.Create(point[axis]), relevance = Vector256.Create(Relevance[axis]);
            for (var at = 0; at < values.Length; at++)
            {
                values[at] += points.SquaredGap(axis, column[at], coordinate) * relevance;
            }
        }

        for (var at = 0; at < values.Length; at++)
        {
            (values[at], slopes[at]) = At(values[at]);
        }
    }

    /// <summary>The kernel at squared distances, and its derivative by them.</summary>
    public (Vector256<double> Value, Vector256<double> Slope) At(Vector256<double> square)
    {
        var root = Vector256.Sqrt(square) * Root5;
        var decay = Lanes.Exp(-root) * Scale;
        var linear = Vector256<double>.One + root;
        return ((linear + (square * (5.0 / 3))) * decay, linear * decay * (-5.0 / 6));
    }
}
