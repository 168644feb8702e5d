namespace GradientCI.Samplers.Tpe;

/// <summary>A density over several parameters together: a kernel around each observation, and one over the whole space.</summary>
/// <remarks>Relative to the uniform density. For one thread: it keeps its working memory.</remarks>
internal sealed class ParzenEstimator
{
    private readonly IParzenAxis[] _axes;
    private readonly double[] _weights;
    private readonly (double Factor, double Exponent)[] _scales;
    private readonly (double Factor, double Exponent)[] _densities;

    /// <summary>Joins the kernels of all axes.</summary>
    /// <param name="axes">One per parameter, of equally many kernels.</param>
    /// <param name="weights">One per observation.</param>
    public ParzenEstimator(IParzenAxis[] axes, double[] weights)
    {
        _axes = axes;
        var total = weights.Sum() + TpeRules.PriorWeight;
        _weights = [.. weights.Select(weight => weight / total), TpeRules.PriorWeight / total];
        _scales = [.. _weights.Select((weight, kernel) => (axes.Aggregate(weight, (scale, axis) => scale * axis.Scale(kernel)), 0.0))];
        _densities = new (double, double)[_weights.Length];
    }

    /// <summary>A draw: one coordinate in [0, 1) per axis.</summary>
    public double[] Draw(ref SplitMix64 random)
    {
        var kernel = 0;
        for (var left = random.NextUnit(); kernel < _weights.Length - 1 && left >= _weights[kernel]; kernel++)
        {
            left -= _weights[kernel];
        }

        var point = new double[_axes.Length];
        for (var axis = 0; axis < point.Length; axis++)
        {
            point[axis] = _axes[axis].Draw(kernel, ref random);
        }

        return point;
    }

    /// <summary>The density at a point; never 0, as the last kernel reaches everywhere.</summary>
    public double At(double[] point)
    {
        _scales.CopyTo(_densities, 0);
        for (var axis = 0; axis < point.Length; axis++)
        {
            _axes[axis].Weigh(point[axis], _densities);
        }

        var density = 0.0;
        foreach (var (factor, exponent) in _densities)
        {
            density += factor * Math.Exp(exponent);
        }

        return density;
    }
}
