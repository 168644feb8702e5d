using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Samplers.Nsga2;

/// <summary>The constants of the search, none of them fitted to a problem.</summary>
/// <remarks>Those marked (D) are of Deb et al. (2002).</remarks>
internal static class Nsga2Rules
{
    /// <summary>How likely a numeric parameter is crossed and not copied (D).</summary>
    public const double Crossing = 0.9;

    /// <summary>The distribution index of the crossover: the greater, the nearer children are to their parents (D).</summary>
    public const double CrossingIndex = 20;

    /// <summary>The distribution index of the mutation (D).</summary>
    public const double MutationIndex = 20;

    /// <summary>How often a child that is known already is bred anew, before a random set takes its place. Our own.</summary>
    public const int Breedings = 50;

    private const int LeastPopulation = 10;
    private const int MostPopulation = 100;

    /// <summary>
    /// How many sets are a generation: the square root of the budget, so that a sweep has as many generations as a generation has sets; at
    /// least 10 and at most 100 (D). Our own: nobody else knows the budget.
    /// </summary>
    public static int PopulationOf(SearchProblem problem)
    {
        var budget = problem.MaxTrials ?? problem.Space.CountPoints(SweepSpec.TrialLimit);
        return Math.Clamp((int)Math.Sqrt(Math.Min(budget, SweepSpec.TrialLimit)), LeastPopulation, MostPopulation);
    }
}
