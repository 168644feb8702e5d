namespace GradientCI.Samplers.Tpe;

/// <summary>The kernels of a density along one parameter: one per observation, and a last one that covers the whole range.</summary>
internal interface IParzenAxis
{
    /// <summary>The kernel's factor that is the same everywhere.</summary>
    double Scale(int kernel);

    /// <summary>A draw from one kernel, in [0, 1).</summary>
    double Draw(int kernel, ref SplitMix64 random);

    /// <summary>Multiplies the densities of all kernels, relative to the uniform density, by this axis's at a point.</summary>
    /// <param name="unit">The point, in [0, 1).</param>
    /// <param name="densities">One per kernel: a factor, and an exponent, so that the exponential is taken once for all axes.</param>
    void Weigh(double unit, Span<(double Factor, double Exponent)> densities);
}
