using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>What is expected of points that nobody has tried, and how much better than the best they may be.</summary>
/// <remarks>
/// Points that are being tried count as if they had come out as expected (Ginsbourger's "kriging believer"): that changes no
/// mean, and leaves nothing to be gained beside them. For one thread: it keeps its working memory.
/// </remarks>
internal sealed class Posterior
{
    private const int Block = 2;

    private readonly Points _points;
    private readonly Kernel _kernel;
    private readonly Cholesky _triangle;
    private readonly double[] _weights;
    private readonly double[] _kernels;
    private readonly double[] _slopes;
    private readonly double[] _solved;

    private Posterior(Points points, Kernel kernel, Cholesky triangle, double[] weights, double best)
    {
        (_points, _kernel, _triangle, _weights, Best) = (points, kernel, triangle, weights, best);
        _kernels = Lanes.Room(points.Count);
        _slopes = Lanes.Room(points.Count);
        _solved = Lanes.Room(points.Count);
    }

    /// <summary>The least that is expected at a point that was tried or is being tried.</summary>
    public double Best { get; }

    /// <summary>Learns values; null when the points lie so close that no jitter tells them apart.</summary>
    /// <param name="points">The points; those that have a value first.</param>
    /// <param name="values">The values.</param>
    /// <param name="kernel">The kernel.</param>
    public static Posterior? Of(Points points, double[] values, Kernel kernel)
    {
        foreach (var jitter in (double[])[0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2])
        {
            var noisy = kernel with { Noise = kernel.Noise + (jitter * kernel.Scale) };
            if (TryLearn(points, values, noisy) is { } learned)
            {
                return learned;
            }
        }

        return null;
    }

    private static Posterior? TryLearn(Points points, double[] values, Kernel kernel)
    {
        var triangle = new Cholesky(points.Count);
        double[] row = Lanes.Room(points.Count), slopes = Lanes.Room(points.Count), weights = Lanes.Room(points.Count), point = new double[points.Axes];
        var best = double.PositiveInfinity;
        for (var at = 0; at < points.Count; at++)
        {
            for (var axis = 0; axis < point.Length; axis++)
            {
                point[axis] = points.At(at, axis);
            }

            var length = Lanes.Of(at + 1);
            kernel.Fill(points, point, Lanes.Over(row)[..length], Lanes.Over(slopes)[..length]);
            if (!triangle.TryAppend(row, kernel.Scale + kernel.Noise))
            {
                return null;
            }

            if (at == values.Length - 1)
            {
                values.CopyTo(weights, 0);
                triangle.Solve(weights, values.Length);
                triangle.SolveMirrored(weights, values.Length);
                for (var known = 0; known < values.Length; known++)
                {
                    best = Math.Min(best, values[known] - (kernel.Noise * weights[known]));
                }
            }
            else if (at >= values.Length)
            {
                best = Math.Min(best, Lanes.Dot(Lanes.Over(weights)[..length], Lanes.Over(row)));
            }
        }

        return new Posterior(points, kernel, triangle, weights, best);
    }

    /// <summary>The logarithms of the expected improvements at several points.</summary>
    public double[] LogImprovements(IReadOnlyList<double[]> points)
    {
        var improvements = new double[points.Count];
        var solved = new Vector256<double>[_points.Count * Block];
        var coordinates = new Vector256<double>[_points.Axes * Block];
        for (var first = 0; first < points.Count; first += Block * Lanes.Width)
        {
            for (var axis = 0; axis < _points.Axes; axis++)
            {
                for (var at = 0; at < Block * Lanes.Width; at++)
                {
                    var point = points[Math.Min(first + at, points.Count - 1)];
                    var vector = (axis * Block) + (at / Lanes.Width);
                    coordinates[vector] = coordinates[vector].WithElement(at % Lanes.Width, point[axis]);
                }
            }

            var (mean, variance) = Predict(coordinates, solved);
            for (var at = 0; at < Block * Lanes.Width && first + at < points.Count; at++)
            {
                improvements[first + at] = LogOf(mean[at / Lanes.Width][at % Lanes.Width], variance[at / Lanes.Width][at % Lanes.Width]).Value;
            }
        }

        return improvements;
    }

    /// <summary>The logarithm of the expected improvement at a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="gradient">Filled with the derivatives by its coordinates; by those of names they mean nothing.</param>
    public double LogImprovement(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var count = _points.Count;
        Span<Vector256<double>> kernels = Lanes.Over(_kernels), slopes = Lanes.Over(_slopes), solved = Lanes.Over(_solved), weights = Lanes.Over(_weights);
        _kernel.Fill(_points, point, kernels, slopes);
        _kernels.AsSpan(count).Clear();
        var mean = Lanes.Dot(kernels, weights);
        kernels.CopyTo(solved);
        _triangle.Solve(_solved, count);
        var variance = _kernel.Scale - Lanes.Dot(solved, solved);
        _triangle.SolveMirrored(_solved, count);
        var (value, byMean, byVariance) = LogOf(mean, variance);
        for (var axis = 0; axis < point.Length; axis++)
        {
            Vector256<double> ofMean = default, ofVariance = default, here = Vector256.Create(point[axis]);
            var column = _points.Column(axis);
            for (var lane = 0; lane < slopes.Length; lane++)
            {
                var slope = slopes[lane] * (here - column[lane]);
                ofMean += slope * weights[lane];
                ofVariance += slope * solved[lane];
            }

            gradient[axis] = 2 * _kernel.Relevance[axis] * ((byMean * Lanes.Sum(ofMean)) - (2 * byVariance * Lanes.Sum(ofVariance)));
        }

        return value;
    }

    private (double Value, double ByMean, double ByVariance) LogOf(double mean, double variance)
    {
        var deviation = Math.Sqrt(Math.Max(variance, 1e-14 * _kernel.Scale));
        var z = (Best - mean) / deviation;
        var (value, slope) = LogImprovement_Of(z);
        return (value + Math.Log(deviation), -slope / deviation, (1 - (z * slope)) / (2 * deviation * deviation));
    }

    private static (double Value, double Slope) LogImprovement_Of(double z) => Gp.LogImprovement.Of(z);

    // Several points at once, one in each lane: every number of the triangle is read once for all of them.
    private (Vector256<double>[] Mean, Vector256<double>[] Variance) Predict(Vector256<double>[] coordinates, Vector256<double>[] solved)
    {
        Vector256<double> mean0 = default, mean1 = default, explained0 = default, explained1 = default;
        for (var at = 0; at < _points.Count; at++)
        {
            Vector256<double> square0 = default, square1 = default;
            for (var axis = 0; axis < _points.Axes; axis++)
            {
                var here = Vector256.Create(_points.At(at, axis));
                var relevance = Vector256.Create(_kernel.Relevance[axis]);
                square0 += _points.SquaredGap(axis, here, coordinates[axis * Block]) * relevance;
                square1 += _points.SquaredGap(axis, here, coordinates[(axis * Block) + 1]) * relevance;
            }

            var value0 = _kernel.Of(square0).Value;
            var value1 = _kernel.Of(square1).Value;
            mean0 += value0 * _weights[at];
            mean1 += value1 * _weights[at];
            var row = _triangle.Row(at);
            for (var other = 0; other < at; other++)
            {
                var factor = Vector256.Create(row[other]);
                value0 -= factor * solved[other * Block];
                value1 -= factor * solved[(other * Block) + 1];
            }

            var perDiagonal = Vector256.Create(1 / row[at]);
            value0 *= perDiagonal;
            value1 *= perDiagonal;
            (solved[at * Block], solved[(at * Block) + 1]) = (value0, value1);
            explained0 += value0 * value0;
            explained1 += value1 * value1;
        }

        var scale = Vector256.Create(_kernel.Scale);
        return ([mean0, mean1], [scale - explained0, scale - explained1]);
    }
}
