using System.Collections.Immutable;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;

namespace GradientCI.Testing.Optimization;

/// <summary>Searches whose every trial ends before the next is proposed.</summary>
public static class Searches
{
    /// <summary>The sets that a sampler proposes; fewer than asked for when it has no further one.</summary>
    /// <param name="sampler">Proposes.</param>
    /// <param name="problem">What is searched.</param>
    /// <param name="trials">How many at most.</param>
    /// <param name="value">What becomes of a set.</param>
    public static ImmutableArray<ParameterSet> Sweep(ISampler sampler, SearchProblem problem, int trials, Func<ParameterSet, double?> value)
    {
        var history = new History();
        while (history.Count < trials && sampler.Propose(problem, history) is { } set)
        {
            history.Add(new Observation(set, value(set), HasEnded: true));
        }

        return [.. history.Select(observation => observation.Parameters)];
    }
}
