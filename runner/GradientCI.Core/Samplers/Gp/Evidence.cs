namespace GradientCI.Samplers.Gp;

/// <summary>How well a kernel explains values, and how that changes with its parameters.</summary>
/// <remarks>
/// The logarithm of the marginal likelihood and of the priors (<see cref="GpRules"/>), as a function of the logarithms of
/// the relevances, of the scale and of the noise. For one thread: it keeps its working memory.
/// </remarks>
internal sealed class Evidence
{
    private readonly Points _points;
    private readonly double[] _values;
    private readonly Rows _kernel;
    private readonly Rows _slopes;
    private readonly Rows _inverse;
    private readonly Cholesky _triangle;

    /// <summary>Prepares for some values at some points.</summary>
    public Evidence(Points points, double[] values)
    {
        (_points, _values) = (points, values);
        _kernel = new Rows(points.Count, points.Count);
        _slopes = new Rows(points.Count, points.Count);
        _inverse = new Rows(points.Count, points.Count);
        _triangle = new Cholesky(points.Count);
    }

    /// <summary>The kernel that explains the values best, as far as the way down from a usual one leads.</summary>
    public static Kernel Explain(Points points, double[] values, out double best)
    {
        var evidence = new Evidence(points, values);
        var logs = GpRulesStart(points.Axes);
        double[] low = [.. Enumerable.Repeat(Math.Log(1e-4), points.Axes), Math.Log(1e-3), Math.Log(GpRules.LeastNoise)];
        double[] high = [.. Enumerable.Repeat(Math.Log(1e4), points.Axes), Math.Log(1e3), Math.Log(1.0)];
        best = Lbfgs.Descend(evidence.Against, logs, low, high, 60, 1e-3);
        if (GpRules.Fits > 1)
        {
            double[] other = [.. Enumerable.Repeat(Math.Log(10.0), points.Axes), 0, Math.Log(0.0001)];
            var second = Lbfgs.Descend(evidence.Against, other, low, high, 60, 1e-3);
            if (second < best) { best = second; logs = other; }
        }
        return Read(logs);
    }

    private static double[] GpRulesStart(int axes) => [.. Enumerable.Repeat(0.0, axes), 0, Math.Log(0.01)];

    public static Kernel Read(ReadOnlySpan<double> logs)
    {
        var relevance = new double[logs.Length - 2];
        for (var axis = 0; axis < relevance.Length; axis++)
        {
            relevance[axis] = Math.Exp(logs[axis]);
        }

        return new Kernel(relevance, Math.Exp(logs[^2]), Math.Exp(logs[^1]));
    }

    /// <summary>The evidence against a kernel: what is to be made small.</summary>
    /// <param name="logs">The logarithms of the kernel's parameters.</param>
    /// <param name="gradient">Filled with the derivatives.</param>
    public double Against(ReadOnlySpan<double> logs, Span<double> gradient)
    {
        var kernel = Read(logs);
        if (!TryFactor(kernel))
        {
            return double.PositiveInfinity;
        }

        var weights = Lanes.Room(_points.Count);
        _values.CopyTo(weights, 0);
        _triangle.Solve(weights, _points.Count);
        var fit = Lanes.Dot(Lanes.Over(weights), Lanes.Over(weights)) / 2;
        _triangle.SolveMirrored(weights, _points.Count);
        _triangle.InvertMirrored(_inverse);
        Differentiate(kernel, weights, gradient);
        return fit + _triangle.HalfLogDeterminant + Priors(kernel, gradient);
    }

    private bool TryFactor(Kernel kernel)
    {
        _triangle.Clear();
        Span<double> point = stackalloc double[_points.Axes];
        for (var at = 0; at < _points.Count; at++)
        {
            for (var axis = 0; axis < point.Length; axis++)
            {
                point[axis] = _points.At(at, axis);
            }

            var length = Lanes.Of(at + 1);
            kernel.Fill(_points, point, _kernel.Vectors(at)[..length], _slopes.Vectors(at)[..length]);
            if (!_triangle.TryAppend(_kernel[at], kernel.Scale + kernel.Noise))
            {
                return false;
            }
        }

        return true;
    }

    // Half the trace of (K⁻¹ - a aᵀ) dK, with a = K⁻¹ y; both are symmetric, so that pairs are counted once and the diagonal half.
    private void Differentiate(Kernel kernel, double[] weights, Span<double> gradient)
    {
        gradient.Clear();
        var row = Lanes.Room(_points.Count);
        var vectors = Lanes.Over(row);
        for (var at = 0; at < _points.Count; at++)
        {
            var own = _inverse.Vectors(at)[(at / Lanes.Width)..];
            for (var other = 0; other <= at; other++)
            {
                row[other] = Lanes.Dot(own, _inverse.Vectors(other)[(at / Lanes.Width)..]) - (weights[at] * weights[other]);
            }

            row[at] /= 2;
            var length = Lanes.Of(at + 1);
            gradient[^1] += kernel.Noise * row[at];
            gradient[^2] += Lanes.Dot(vectors[..length], _kernel.Vectors(at));
            var slopes = _slopes.Vectors(at);
            for (var lane = 0; lane < length; lane++)
            {
                slopes[lane] *= vectors[lane];
            }

            for (var axis = 0; axis < _points.Axes; axis++)
            {
                gradient[axis] += kernel.Relevance[axis] * Along(axis, _points.At(at, axis), slopes[..length]);
            }
        }
    }

    private double Along(int axis, double coordinate, ReadOnlySpan<System.Runtime.Intrinsics.Vector256<double>> slopes)
    {
        var sum = default(System.Runtime.Intrinsics.Vector256<double>);
        var here = System.Runtime.Intrinsics.Vector256.Create(coordinate);
        var column = _points.Column(axis);
        for (var lane = 0; lane < slopes.Length; lane++)
        {
            sum += slopes[lane] * _points.SquaredGap(axis, column[lane], here);
        }

        return Lanes.Sum(sum);
    }

    private static double Priors(Kernel kernel, Span<double> gradient)
    {
        var against = 0.0;
        var axes = kernel.Relevance.Length;
        for (var axis = 0; axis < axes; axis++)
        {
            var relevance = kernel.Relevance[axis];
            if (GpRules.Prior == 0)
            {
                against += 0.1 * ((1 / relevance) + relevance);
                gradient[axis] += 0.1 * (relevance - (1 / relevance));
            }
            else
            {
                var length = -Math.Log(relevance) / 2;
                var off = length - (Math.Sqrt(2) + (Math.Log(axes) / 2));
                against += off * off / 6;
                gradient[axis] -= off / 6;
            }
        }

        if (GpRules.Prior is 0 or 1)
        {
            against += kernel.Scale - Math.Log(kernel.Scale);
            gradient[^2] += kernel.Scale - 1;
            against += (30 * kernel.Noise) - (0.1 * Math.Log(kernel.Noise));
            gradient[^1] += (30 * kernel.Noise) - 0.1;
        }
        else
        {
            var s = Math.Log(kernel.Scale);
            against += s * s / 2;
            gradient[^2] += s;
            against += (30 * kernel.Noise) - (0.1 * Math.Log(kernel.Noise));
            gradient[^1] += (30 * kernel.Noise) - 0.1;
        }

        return against;
    }
}
