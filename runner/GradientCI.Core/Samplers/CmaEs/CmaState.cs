using GradientCI.Samplers.Tpe;

namespace GradientCI.Samplers.CmaEs;

/// <summary>A point of a generation, ranked.</summary>
/// <param name="Point">Where, in the unit cube.</param>
/// <param name="Weight">How much it counts; below 0 to be kept away from.</param>
internal sealed record RankedPoint(double[] Point, double Weight);

/// <summary>The normal distribution that the next sets are drawn from, and the paths by which it learns. Immutable.</summary>
internal sealed class CmaState
{
    private readonly CmaWeights _weights;
    private readonly double[] _mean;
    private readonly double _step;
    private readonly double[] _scale;
    private readonly double[,] _covariance;
    private readonly double[] _path;
    private readonly double[] _stepPath;
    private readonly int _generation;
    private readonly EigenAxes _axes;

    /// <summary>A round distribution.</summary>
    public CmaState(double[] mean, CmaWeights weights)
        : this(weights, mean, CmaRules.FirstStep, Ones(mean.Length), Identity(mean.Length), new double[mean.Length], new double[mean.Length], 0)
    {
    }

    /// <summary>A distribution of a known shape.</summary>
    public CmaState(double[] mean, double[,] covariance, CmaWeights weights)
        : this(weights, mean, 1, Ones(mean.Length), covariance, new double[mean.Length], new double[mean.Length], 0)
    {
    }

    private CmaState(
        CmaWeights weights, double[] mean, double step, double[] scale, double[,] covariance, double[] path, double[] stepPath, int generation)
    {
        (_weights, _mean, _step, _scale, _covariance, _path, _stepPath, _generation) = (weights, mean, step, scale, covariance, path, stepPath, generation);
        _axes = EigenAxes.Of(covariance);
    }

    /// <summary>The centre, in the unit cube.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>The sets of a generation.</summary>
    public int Population => _weights.Population;

    /// <summary>How much a set of a generation counts by its rank.</summary>
    public double WeightOf(int rank, int count, bool hasFailed) => _weights.Of(rank, count, hasFailed);

    /// <summary>Whether nothing new can come of it.</summary>
    public bool IsSpent => _axes.Condition > CmaRules.MostCondition || Enumerable.Range(0, _mean.Length).Max(Deviation) < CmaRules.LeastStep;

    /// <summary>How far draws lie from the centre along one parameter.</summary>
    public double Deviation(int at) => _step * _scale[at] * Math.Sqrt(_covariance[at, at]);

    /// <summary>A draw in [0, 1) for every parameter.</summary>
    /// <param name="normal">The same of the round normal distribution, which counts if it leads into the cube.</param>
    /// <param name="random">Where others come from.</param>
    public double[] Draw(double[] normal, ref SplitMix64 random)
    {
        var point = new double[_mean.Length];
        for (var draw = 0; draw < CmaRules.Draws; draw++)
        {
            var isInside = true;
            var direction = _axes.Stretch(normal);
            for (var at = 0; at < point.Length; at++)
            {
                point[at] = _mean[at] + (_step * _scale[at] * direction[at]);
                isInside &= point[at] is >= 0 and < 1;
            }

            if (isInside)
            {
                return point;
            }

            normal = Normal(normal.Length, ref random);
        }

        return Array.ConvertAll(point, unit => Math.Clamp(unit, 0, Math.BitDecrement(1.0)));
    }

    /// <summary>A draw from the round normal distribution.</summary>
    public static double[] Normal(int dimensions, ref SplitMix64 random)
    {
        var normal = new double[dimensions];
        for (var at = 0; at < dimensions; at++)
        {
            normal[at] = NormalDistribution.Draw(ref random);
        }

        return normal;
    }

    /// <summary>What the distribution is after a generation: the tutorial's equations 39 to 47, bad sets included.</summary>
    /// <param name="points">The generation's sets.</param>
    public CmaState After(IReadOnlyList<RankedPoint> points)
    {
        var n = _mean.Length;
        var steps = points.Select(ranked => Step(ranked.Point)).ToArray();
        var move = new double[n];
        for (var each = 0; each < steps.Length; each++)
        {
            Add(move, steps[each].Vector, Math.Max(0, points[each].Weight));
        }

        var mean = Enumerable.Range(0, n).Select(at => Math.Clamp(_mean[at] + (_step * _scale[at] * move[at]), 0, Math.BitDecrement(1.0))).ToArray();
        var stepPath = Scaled(_stepPath, 1 - _weights.StepFade);
        Add(stepPath, _axes.Whiten(move), Math.Sqrt(_weights.StepFade * (2 - _weights.StepFade) * _weights.Mass));
        var length = Length(stepPath);
        var isSteady = length / Math.Sqrt(1 - Math.Pow(1 - _weights.StepFade, 2 * (_generation + 1))) < (1.4 + (2.0 / (n + 1))) * _weights.ExpectedLength;
        var path = Scaled(_path, 1 - _weights.PathFade);
        Add(path, move, isSteady ? Math.Sqrt(_weights.PathFade * (2 - _weights.PathFade) * _weights.Mass) : 0);

        var keep = 1 - _weights.PathRate - (_weights.RankRate * points.Sum(point => point.Weight))
            + (isSteady ? 0 : _weights.PathRate * _weights.PathFade * (2 - _weights.PathFade));
        var covariance = new double[n, n];
        AddProduct(covariance, path, _weights.PathRate);
        for (var each = 0; each < steps.Length; each++)
        {
            var weight = points[each].Weight;
            var (vector, reach) = steps[each];
            AddProduct(covariance, vector, _weights.RankRate * (weight >= 0 ? weight : weight * n / Math.Max(1e-12, reach * reach)));
        }

        for (var row = 0; row < n; row++)
        {
            for (var column = 0; column < n; column++)
            {
                covariance[row, column] += keep * _covariance[row, column];
            }
        }

        var step = _step * Math.Exp(Math.Min(1, _weights.StepFade / _weights.StepDamping * ((length / _weights.ExpectedLength) - 1)));
        var widest = Enumerable.Range(0, n).Max(at => step * _scale[at] * Math.Sqrt(Math.Max(0, covariance[at, at])));
        return new CmaState(_weights, mean, widest > 1 ? step / widest : step, _scale, covariance, path, stepPath, _generation + 1);
    }

    /// <summary>The same with a centre and a deviation moved along one parameter.</summary>
    public CmaState With(int at, double mean, double deviation)
    {
        var (means, scale) = ((double[])_mean.Clone(), (double[])_scale.Clone());
        (means[at], scale[at]) = (mean, scale[at] * deviation / Deviation(at));
        return new CmaState(_weights, means, _step, scale, _covariance, _path, _stepPath, _generation);
    }

    // A point as a step from the centre, at most as long as the distribution reaches.
    private (double[] Vector, double Reach) Step(double[] point)
    {
        var vector = new double[point.Length];
        for (var at = 0; at < point.Length; at++)
        {
            vector[at] = (point[at] - _mean[at]) / (_step * _scale[at]);
        }

        var (reach, most) = (Length(_axes.Whiten(vector)), CmaRules.MostReach(point.Length));
        return reach <= most ? (vector, reach) : (Scaled(vector, most / reach), most);
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static double[,] Identity(int count)
    {
        var identity = new double[count, count];
        for (var at = 0; at < count; at++)
        {
            identity[at, at] = 1;
        }

        return identity;
    }

    private static double[] Scaled(double[] vector, double factor) => Array.ConvertAll(vector, each => each * factor);

    private static void Add(double[] to, double[] vector, double factor)
    {
        for (var at = 0; at < to.Length; at++)
        {
            to[at] += factor * vector[at];
        }
    }

    private static void AddProduct(double[,] to, double[] vector, double factor)
    {
        for (var row = 0; row < vector.Length; row++)
        {
            for (var column = 0; column < vector.Length; column++)
            {
                to[row, column] += factor * vector[row] * vector[column];
            }
        }
    }

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(each => each * each));
}
