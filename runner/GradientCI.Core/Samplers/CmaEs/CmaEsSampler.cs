using System.Runtime.CompilerServices;
using GradientCI.Samplers.RandomSearch;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.CmaEs;

/// <summary>Moves, stretches and turns a normal distribution towards the better half of each generation of sets.</summary>
/// <remarks>
/// Hansen's CMA-ES with weights for bad sets, margins for stepped parameters, and restarts with a doubled population; the
/// constants are in <see cref="CmaRules"/>. Choices, and parameters under conditions, come from the models of
/// <see cref="TpeSampler"/>. Without an objective, or where there is nothing else or too many numbers, all do.
/// The distribution is learned from the history again whenever what was learned before does not fit it.
/// </remarks>
public sealed class CmaEsSampler : ISampler
{
    private const int Attempts = 50;

    private static readonly TpeSampler Others = new();

    // A shortcut alone: without it the same would be learned anew from the first set on.
    private readonly ConditionalWeakTable<History, Evolution> _evolutions = [];

    /// <inheritdoc/>
    public string Name => "cma-es";

    /// <inheritdoc/>
    public bool Learns => true;

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, History history)
    {
        var axes = SearchAxes.Of(problem.Space);
        if (problem.Objective is null || axes.Parameters.Length is 0 or > CmaRules.MostDimensions)
        {
            return Others.Propose(problem, history);
        }

        var state = EvolutionOf(problem, axes, history).StateAfter(history);
        var others = new OtherParameters(problem, history);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var units = new double[problem.Space.Parameters.Length];
            var random = SplitMix64.For(problem.Seed, history.Count, attempt);
            var dimensions = axes.Parameters.Length;
            var normal = attempt == 0 ? QuasiNormal.At(problem.Seed, history.Count, dimensions) : CmaState.Normal(dimensions, ref random);
            axes.Lay(state.Draw(normal, ref random), units);
            var set = others.Choose(units, ref random);
            if (!history.Has(set))
            {
                return set;
            }
        }

        return RandomSampler.Draw(problem, history);
    }

    private Evolution EvolutionOf(SearchProblem problem, SearchAxes axes, History history)
    {
        var known = _evolutions.GetValue(history, _ => new Evolution(problem, axes));
        if (known.IsOf(problem))
        {
            return known;
        }

        var other = new Evolution(problem, axes);
        _evolutions.AddOrUpdate(history, other);
        return other;
    }
}
