using System.Collections.Immutable;
using GradientCI.Comparisons.Pareto;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;

namespace GradientCI.Testing.Optimization;

/// <summary>A problem of several losses, for asking how much of the space before its front a sampler reaches.</summary>
/// <param name="Name">As the literature calls it.</param>
/// <param name="Space">Where it is searched.</param>
/// <param name="Reference">The point that bounds the hypervolume.</param>
/// <param name="Losses">What a set gives.</param>
public sealed record FrontProblem(string Name, SearchSpace Space, ImmutableArray<double> Reference, Func<ParameterSet, double[]> Losses)
{
    /// <summary>By how much a set breaks the problem's constraints; 0 when it keeps them.</summary>
    public Func<ParameterSet, double> Violation { get; init; } = _ => 0;

    /// <summary>What is optimised.</summary>
    public ImmutableArray<Objective> Objectives => [.. Reference.Select((_, at) => new Objective($"loss{at + 1}", Direction.Minimize))];

    /// <summary>The sets of a sweep in order, one trial at a time.</summary>
    public History Sweep(ISampler sampler, long seed, int trials)
    {
        var problem = new SearchProblem(Space, seed, Objectives[0]) { MaxTrials = trials, Objectives = Objectives };
        var history = new History();
        while (history.Count < trials && sampler.Propose(problem, history) is { } set)
        {
            history.Add(Observe(set));
        }

        return history;
    }

    /// <summary>What becomes known of a set.</summary>
    public Observation Observe(ParameterSet set)
    {
        var losses = Losses(set);
        return new Observation(set, losses[0], HasEnded: true) { Values = [.. losses], Violation = Violation(set) };
    }

    /// <summary>The hypervolume of the feasible ones among the first sets of a history that have their values.</summary>
    public double Volume(History history, int trials) => Hypervolume.Of(
        history.Take(trials).Where(observation => observation is { Violation: null or 0, Values.IsEmpty: false }).Select(observation => observation.Values.ToArray()), [.. Reference]);

    /// <summary>The median of the hypervolume over seeds 0 … after a number of trials.</summary>
    public double MedianVolume(ISampler sampler, int seeds, int trials) =>
        TestFunction.Median([.. Enumerable.Range(0, seeds).Select(seed => Volume(Sweep(sampler, seed, trials), trials))]);
}
