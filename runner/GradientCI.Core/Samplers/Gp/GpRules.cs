namespace GradientCI.Samplers.Gp;

/// <summary>The constants of the search, none of them fitted to a problem, and where they come from.</summary>
/// <remarks>
/// Those marked (O) are the defaults and priors of Optuna 5's GPSampler. docs/adr/0037 tells of those that are our own.
/// </remarks>
internal static class GpRules
{
    /// <summary>Results that must be known before they are learned from (O).</summary>
    public const int Beginning = 10;

    /// <summary>
    /// One proposal in so many is <c>tpe</c>'s: a process that is sure of the wrong thing looks nowhere else, and learns from what
    /// another finds. Our own.
    /// </summary>
    public const int Round = 4;

    /// <summary>The most results that are learned from: the better half are the best, the others the newest. Our own.</summary>
    public const int MostResults = 500;

    /// <summary>The most parameters of a space for which <c>auto</c> takes this sampler. Our own.</summary>
    public const int MostParameters = 20;

    /// <summary>The most results that the kernel is fitted to, the best and some of the others. Our own.</summary>
    public const int MostFitted = 150;

    /// <summary>The most sets in progress that are kept away from, the newest. Our own.</summary>
    public const int MostRunning = 200;

    /// <summary>The least variance of the noise, where values have a variance of 1 (O).</summary>
    public const double LeastNoise = 1e-6;

    /// <summary>Where the way to the best kernel begins: the noise (O); relevances and scale begin at 1.</summary>
    public const double FirstNoise = 1e-2;

    /// <summary>No relevance and no scale lies further from 1 than by this factor.</summary>
    public const double Reach = 1e4;

    /// <summary>The most steps of that way, and what a step must bring.</summary>
    public const int FitSteps = 60;

    /// <summary>A step on that way that brings less is the last.</summary>
    public const double FitTolerance = 1e-3;

    /// <summary>
    /// Losses are taken as they are, or as the logarithm of their distance from the best plus one of these shares of the distance
    /// between the best and the median, whichever the kernel explains best. Our own.
    /// </summary>
    public static readonly double[] Bends = [1, 0.1];

    /// <summary>Points of a Sobol' sequence among which the ways up begin (O: 2,048).</summary>
    public const int SpreadCandidates = 1_024;

    /// <summary>Points near the best sets among which they begin too. Our own.</summary>
    public const int NearCandidates = 256;

    /// <summary>The best sets that they are near to.</summary>
    public const int NearSets = 4;

    /// <summary>From how many candidates the way up is taken (O: 10).</summary>
    public const int Climbs = 8;

    /// <summary>The most steps of a way up.</summary>
    public const int ClimbSteps = 40;

    /// <summary>A step up that brings less is the last.</summary>
    public const double ClimbTolerance = 1e-6;

    /// <summary>The priors: what speaks against a kernel beside the values, and its derivatives by the logarithms, which are added.</summary>
    /// <remarks>
    /// (O): a relevance r by exp(-0.1/r - 0.1 r), the scale by a gamma distribution of shape 2 and rate 1, the noise by one of
    /// shape 1.1 and rate 30.
    /// </remarks>
    public static double Against(Kernel kernel, Span<double> gradient)
    {
        var against = kernel.Scale - Math.Log(kernel.Scale) + (30 * kernel.Noise) - (0.1 * Math.Log(kernel.Noise));
        gradient[^2] += kernel.Scale - 1;
        gradient[^1] += (30 * kernel.Noise) - 0.1;
        for (var axis = 0; axis < kernel.Relevance.Length; axis++)
        {
            var relevance = kernel.Relevance[axis];
            against += 0.1 * ((1 / relevance) + relevance);
            gradient[axis] += 0.1 * (relevance - (1 / relevance));
        }

        return against;
    }
}
