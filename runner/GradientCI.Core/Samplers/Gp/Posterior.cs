using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>What is expected of points that nobody has tried, how surely, and how much better than the best they may be.</summary>
/// <remarks>
/// Points that are being tried count as if they had come out as expected (Ginsbourger's "kriging believer"): that changes no
/// mean, and leaves nothing to be gained beside them. For one thread: it keeps its working memory.
/// </remarks>
internal sealed class Posterior
{
    // Added to the diagonal, as shares of the scale, until the points can be told apart.
    private static readonly double[] Jitters = [0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2];

    private readonly Points _points;
    private readonly Kernel _kernel;
    private readonly Cholesky _triangle;
    private readonly double[] _weights;
    private readonly double[] _kernels;
    private readonly double[] _slopes;
    private readonly double[] _solved;
    private readonly Vector256<double>[] _lanes;

    private Posterior(Points points, Kernel kernel)
    {
        (_points, _kernel, _triangle) = (points, kernel, new Cholesky(points.Count));
        (_weights, _kernels, _slopes, _solved) = (Lanes.Room(points.Count), Lanes.Room(points.Count), Lanes.Room(points.Count), Lanes.Room(points.Count));
        _lanes = new Vector256<double>[points.Count];
    }

    /// <summary>The least that is expected at a point that was tried or is being tried.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>Learns values; null when no jitter tells the points apart.</summary>
    /// <param name="points">The points; those that have a value first.</param>
    /// <param name="values">The values.</param>
    /// <param name="kernel">The kernel.</param>
    public static Posterior? Of(Points points, double[] values, Kernel kernel) => Jitters
        .Select(jitter => new Posterior(points, kernel with { Noise = kernel.Noise + (jitter * kernel.Scale) }))
        .FirstOrDefault(posterior => posterior.TryLearn(values));

    /// <summary>What is expected at a point, and its variance.</summary>
    public (double Mean, double Variance) At(double[] point)
    {
        var (mean, variance) = At([.. point.Select(Vector256.Create)]);
        return (mean[0], variance[0]);
    }

    /// <summary>The logarithms of the expected improvements at several points.</summary>
    public double[] LogGains(IReadOnlyList<double[]> points)
    {
        var gains = new double[points.Count];
        var coordinates = new Vector256<double>[_points.Axes];
        for (var first = 0; first < gains.Length; first += Lanes.Width)
        {
            var count = Math.Min(Lanes.Width, gains.Length - first);
            for (var axis = 0; axis < coordinates.Length; axis++)
            {
                for (var lane = 0; lane < count; lane++)
                {
                    coordinates[axis] = coordinates[axis].WithElement(lane, points[first + lane][axis]);
                }
            }

            var (mean, variance) = At(coordinates);
            for (var lane = 0; lane < count; lane++)
            {
                gains[first + lane] = GainOf(mean[lane], variance[lane]).Log;
            }
        }

        return gains;
    }

    /// <summary>The logarithm of the expected improvement at a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="gradient">Filled with the derivatives by its coordinates; by those that are names they mean nothing.</param>
    public double LogGain(ReadOnlySpan<double> point, Span<double> gradient)
    {
        Span<Vector256<double>> kernels = Lanes.Over(_kernels), slopes = Lanes.Over(_slopes), solved = Lanes.Over(_solved), weights = Lanes.Over(_weights);
        _kernel.Fill(_points, point, kernels, slopes);
        _kernels.AsSpan(_points.Count).Clear();
        kernels.CopyTo(solved);
        _triangle.Solve(_solved, _points.Count);
        var variance = _kernel.Scale - Lanes.Dot(solved, solved);
        _triangle.SolveMirrored(_solved, _points.Count);
        var (log, byMean, byVariance) = GainOf(Lanes.Dot(kernels, weights), variance);
        for (var axis = 0; axis < point.Length; axis++)
        {
            Vector256<double> mean = default, explained = default, here = Vector256.Create(point[axis]);
            var column = _points.Column(axis);
            for (var lane = 0; lane < slopes.Length; lane++)
            {
                var slope = slopes[lane] * (here - column[lane]);
                mean += slope * weights[lane];
                explained += slope * solved[lane];
            }

            gradient[axis] = 2 * _kernel.Relevance[axis] * ((byMean * Lanes.Sum(mean)) - (2 * byVariance * Lanes.Sum(explained)));
        }

        return log;
    }

    private bool TryLearn(double[] values)
    {
        Span<Vector256<double>> kernels = Lanes.Over(_kernels), weights = Lanes.Over(_weights);
        for (var at = 0; at < _points.Count; at++)
        {
            var length = Lanes.Of(at + 1);
            _kernel.Fill(_points, _points[at], kernels[..length], Lanes.Over(_slopes)[..length]);
            if (!_triangle.TryAppend(_kernels, _kernel.Scale + _kernel.Noise))
            {
                return false;
            }

            if (at == values.Length - 1)
            {
                values.CopyTo(_weights, 0);
                _triangle.Solve(_weights, values.Length);
                _triangle.SolveMirrored(_weights, values.Length);
                Best = values.Select((value, place) => value - (_kernel.Noise * _weights[place])).Min();
            }
            else if (at >= values.Length)
            {
                Best = Math.Min(Best, Lanes.Dot(weights[..length], kernels));
            }
        }

        return true;
    }

    private (double Log, double ByMean, double ByVariance) GainOf(double mean, double variance)
    {
        var deviation = Math.Sqrt(Math.Max(variance, 1e-14 * _kernel.Scale));
        var z = (Best - mean) / deviation;
        var (log, slope) = Improvement.Of(z);
        return (log + Math.Log(deviation), -slope / deviation, (1 - (z * slope)) / (2 * deviation * deviation));
    }

    // Four points at once, one in each lane: every number of the triangle is read once for all of them.
    private (Vector256<double> Mean, Vector256<double> Variance) At(Vector256<double>[] coordinates)
    {
        Vector256<double> mean = default, variance = Vector256.Create(_kernel.Scale);
        for (var at = 0; at < _points.Count; at++)
        {
            Vector256<double> square = default;
            for (var axis = 0; axis < coordinates.Length; axis++)
            {
                square += _points.SquaredGap(axis, Vector256.Create(_points[at][axis]), coordinates[axis]) * _kernel.Relevance[axis];
            }

            var value = _kernel.At(square).Value;
            mean += value * _weights[at];

            // Two sums, so that an addition need not wait for the one before.
            Vector256<double> other = default;
            var row = _triangle.Row(at);
            var place = 0;
            for (; place + 1 < at; place += 2)
            {
                value -= _lanes[place] * row[place];
                other -= _lanes[place + 1] * row[place + 1];
            }

            if (place < at)
            {
                value -= _lanes[place] * row[place];
            }

            value = (value + other) / row[at];
            _lanes[at] = value;
            variance -= value * value;
        }

        return (mean, variance);
    }
}
