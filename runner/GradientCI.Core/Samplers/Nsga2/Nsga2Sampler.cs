using GradientCI.Samplers.RandomSearch;
using GradientCI.Samplers.Sobol;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Nsga2;

/// <summary>Breeds sets from those that no other beats, and keeps the front wide.</summary>
/// <remarks>
/// The elitist non-dominated sorting genetic algorithm of Deb et al., "A fast and elitist multiobjective genetic algorithm:
/// NSGA-II" (2002), with its constrained domination; the constants are in <see cref="Nsga2Rules"/>. The first generation are Sobol'
/// points. Nothing is remembered from one proposal to the next: the generations are derived from the history again.
/// </remarks>
public sealed class Nsga2Sampler : ISampler
{
    private static readonly SobolSampler Beginning = new();

    /// <inheritdoc/>
    public string Name => "nsga2";

    /// <inheritdoc/>
    public bool Learns => true;

    /// <inheritdoc/>
    public bool ServesSeveralObjectives => true;

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, History history)
    {
        var size = Nsga2Rules.PopulationOf(problem);
        if (problem.Objectives.IsEmpty || problem.Space.Parameters.IsEmpty || history.Count < size)
        {
            return Beginning.Propose(problem, history);
        }

        var parents = Population.After(history, history.Count / size, size, problem.Objectives);
        for (var breeding = 0; parents.Count > 1 && breeding < Nsga2Rules.Breedings; breeding++)
        {
            var random = SplitMix64.For(problem.Seed, history.Count, breeding);
            var mother = Winner(parents, ref random);
            var child = Breeding.Child(problem.Space, mother.Parameters, Winner(parents, ref random).Parameters, ref random);
            if (!history.Has(child))
            {
                return child;
            }
        }

        return parents.Count > 1 ? RandomSampler.Draw(problem, history) : Beginning.Propose(problem, history);
    }

    private static Parent Winner(List<Parent> parents, ref SplitMix64 random)
    {
        var one = parents[(int)random.NextBelow(parents.Count)];
        var other = parents[(int)random.NextBelow(parents.Count)];
        return other.Beats(one) ? other : one;
    }
}
