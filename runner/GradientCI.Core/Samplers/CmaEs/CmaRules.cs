namespace GradientCI.Samplers.CmaEs;

/// <summary>The constants of the search, none of them fitted to a problem, and where they come from.</summary>
/// <remarks>
/// (T) is Hansen, "The CMA Evolution Strategy: A Tutorial" (arXiv 1604.00772, version of 2023), table 1 and appendix B;
/// (I) Hansen, "Injecting external solutions into CMA-ES" (2011); (R) Auger and Hansen, "A restart CMA evolution strategy
/// with increasing population size" (2005); (M) Hamano et al., "CMA-ES with Margin" (GECCO 2022); (W) Nomura et al., "Warm starting
/// CMA-ES for hyperparameter optimization" (AAAI 2021).
/// </remarks>
internal static class CmaRules
{
    /// <summary>The first step in a part of every range: a sixth, as Optuna's CmaEsSampler documents it (T: 0.3, for wider searches).</summary>
    public const double FirstStep = 1.0 / 6;

    /// <summary>Where earlier runs are known, the first distribution is that of this share of their sets, the best (W).</summary>
    public const double PromisingShare = 0.1;

    /// <summary>How far each of those reaches in a part of every range (W).</summary>
    public const double PromisingReach = 0.1;

    /// <summary>How much larger the population is after each restart (R).</summary>
    public const int Growth = 2;

    /// <summary>
    /// Steps below this part of every range lead to sets that are known already, as sets have six digits: then the search starts
    /// anew. Our own.
    /// </summary>
    public const double LeastStep = 1e-5;

    /// <summary>Best values that differ by less than this part of their size are the same (T: 1e-12, absolute). Our own.</summary>
    public const double LeastGain = 1e-9;

    /// <summary>The greatest ratio of the longest to the shortest squared axis (T).</summary>
    public const double MostCondition = 1e14;

    /// <summary>Beyond so many numbers more sets are needed to learn how they hang together than a sweep has. Our own.</summary>
    public const int MostDimensions = 50;

    /// <summary>Draws until one lies in the space; then it is moved to the border.</summary>
    public const int Draws = 100;

    /// <summary>The sets of a generation (T).</summary>
    public static int Population(int dimensions) => 4 + (int)(3 * Math.Log(dimensions));

    /// <summary>How many sets of a generation must have ended before it is learned from: three of four. Our own.</summary>
    public static int Enough(int population) => ((3 * population) + 3) / 4;

    /// <summary>The generations whose best values must differ (T).</summary>
    public static int Patience(int dimensions, int population) => 10 + (int)Math.Ceiling(30.0 * dimensions / population);

    /// <summary>The greatest length of a step in units of the distribution, so that a foreign set does not tear it apart (I).</summary>
    public static double MostReach(int dimensions) => Math.Sqrt(dimensions) + (2.0 * dimensions / (dimensions + 2));

    /// <summary>The least probability that a draw leaves the present value of a stepped parameter (M).</summary>
    public static double Margin(int dimensions, int population) => 1.0 / (dimensions * population);
}
