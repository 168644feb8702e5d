using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>How well a kernel explains values, and how that changes with its parameters.</summary>
/// <remarks>
/// The marginal likelihood and the priors, as a function of the logarithms of the relevances, of the scale and of the noise.
/// For one thread: it keeps its working memory.
/// </remarks>
/// <param name="points">Where the values are.</param>
internal sealed class Evidence(Points points)
{
    private readonly Rows _kernel = new(points.Count, points.Count);
    private readonly Rows _slopes = new(points.Count, points.Count);
    private readonly Rows _inverse = new(points.Count, points.Count);
    private readonly Cholesky _triangle = new(points.Count);
    private readonly double[] _weights = Lanes.Room(points.Count);
    private readonly double[] _row = Lanes.Room(points.Count);

    /// <summary>The kernel that explains values best, as far as the way down from a usual one leads, and what still speaks against it.</summary>
    /// <remarks>It always begins at the same kernel: one that began at the last would depend on which sweeps this process has seen.</remarks>
    public (Kernel Kernel, double Against) Explain(double[] values)
    {
        var reach = Math.Log(GpRules.Reach);
        double[] logs = [.. Enumerable.Repeat(0.0, points.Axes + 1), Math.Log(GpRules.FirstNoise)];
        var against = Lbfgs.Descend(
            (at, gradient) => Against(values, at, gradient),
            logs,
            [.. Enumerable.Repeat(-reach, points.Axes + 1), Math.Log(GpRules.LeastNoise)],
            [.. Enumerable.Repeat(reach, points.Axes + 1), 0],
            GpRules.FitSteps,
            GpRules.FitTolerance);
        return (Kernel.Of(logs), against);
    }

    /// <summary>What speaks against a kernel: the negative logarithm of the evidence, up to a constant.</summary>
    /// <param name="values">The values at the points.</param>
    /// <param name="logs">The logarithms of the kernel's parameters.</param>
    /// <param name="gradient">Filled with the derivatives.</param>
    public double Against(double[] values, ReadOnlySpan<double> logs, Span<double> gradient)
    {
        var kernel = Kernel.Of(logs);
        if (!TryFactor(kernel))
        {
            return double.PositiveInfinity;
        }

        values.CopyTo(_weights, 0);
        _triangle.Solve(_weights, points.Count);
        var misfit = Lanes.Dot(Lanes.Over(_weights), Lanes.Over(_weights)) / 2;
        _triangle.SolveMirrored(_weights, points.Count);
        _triangle.InvertMirrored(_inverse);
        Differentiate(kernel, gradient);
        return misfit + _triangle.HalfLogDeterminant + GpRules.Against(kernel, gradient);
    }

    private bool TryFactor(Kernel kernel)
    {
        _triangle.Clear();
        for (var at = 0; at < points.Count; at++)
        {
            var length = Lanes.Of(at + 1);
            kernel.Fill(points, points[at], _kernel.Vectors(at)[..length], _slopes.Vectors(at)[..length]);
            if (!_triangle.TryAppend(_kernel[at], kernel.Scale + kernel.Noise))
            {
                return false;
            }
        }

        return true;
    }

    // Half the trace of (K⁻¹ - a aᵀ) dK, with a = K⁻¹ y. Both are symmetric: a pair is counted once, and the diagonal half.
    private void Differentiate(Kernel kernel, Span<double> gradient)
    {
        gradient.Clear();
        var row = Lanes.Over(_row);
        row.Clear();
        for (var at = 0; at < points.Count; at++)
        {
            var first = at / Lanes.Width;
            var own = _inverse.Vectors(at)[first..];
            for (var other = 0; other <= at; other++)
            {
                _row[other] = Lanes.Dot(own, _inverse.Vectors(other)[first..]) - (_weights[at] * _weights[other]);
            }

            _row[at] /= 2;
            gradient[^1] += kernel.Noise * _row[at];

            var reached = row[..Lanes.Of(at + 1)];
            gradient[^2] += Lanes.Dot(reached, _kernel.Vectors(at));
            var slopes = _slopes.Vectors(at)[..reached.Length];
            for (var lane = 0; lane < reached.Length; lane++)
            {
                slopes[lane] *= reached[lane];
            }

            for (var axis = 0; axis < points.Axes; axis++)
            {
                gradient[axis] += kernel.Relevance[axis] * Along(axis, points[at][axis], slopes);
            }
        }
    }

    private double Along(int axis, double coordinate, ReadOnlySpan<Vector256<double>> slopes)
    {
        Vector256<double> sum = default, here = Vector256.Create(coordinate);
        var column = points.Column(axis);
        for (var lane = 0; lane < slopes.Length; lane++)
        {
            sum += slopes[lane] * points.SquaredGap(axis, column[lane], here);
        }

        return Lanes.Sum(sum);
    }
}
