using System.Collections.Immutable;
using GradientCI.Pruners;
using GradientCI.Specs;

namespace GradientCI.Cli.Search;

/// <summary>Judges the steps that are told of proposals: each is a parameter set with one trial.</summary>
/// <param name="problem">What is optimised, and how it is pruned.</param>
/// <param name="keepsCheckpoints">Whether a pruned proposal can go on where it stood.</param>
internal sealed class SearchPruning(PruningProblem problem, bool keepsCheckpoints)
{
    private readonly IPruner _pruner = PrunerCatalog.BuiltIn.Find(problem.Pruner.Name);
    private readonly Curves _curves = new(PrunerCatalog.BuiltIn.Find(problem.Pruner.Name), problem);

    /// <summary>The pruning that an experiment asks for; null when it asks for none.</summary>
    /// <exception cref="GradientException">There is no such pruner.</exception>
    public static SearchPruning? Of(ExperimentSpec spec, bool keepsCheckpoints) =>
        PruningProblem.Of(spec) is { } problem ? new SearchPruning(problem, keepsCheckpoints) : null;

    /// <summary>A proposal is under way, for the first time or again.</summary>
    public void Begin(int id) => _curves.Begin(id, id);

    /// <summary>Judges a step.</summary>
    /// <returns>Why the proposal is over, or null.</returns>
    public string? Judge(int id, double step, ImmutableArray<double> values, bool isInfeasible)
    {
        if (!_curves.Add(id, step, values.AsSpan(), isInfeasible) || _pruner.ReasonToPrune(problem, _curves, id) is not { } reason)
        {
            return null;
        }

        Finish(id, ProposalEnd.Pruned);
        return reason;
    }

    /// <summary>A proposal is over.</summary>
    public void Finish(int id, ProposalEnd end) => _curves.End(id, end switch
    {
        // One of which no step was told says nothing of how far a trial goes.
        ProposalEnd.Succeeded when _curves.PointsOf(id) > 0 => CurveEnd.Completed,
        ProposalEnd.Pruned when keepsCheckpoints => CurveEnd.Paused,
        ProposalEnd.Pruned => CurveEnd.Pruned,
        _ => CurveEnd.Broken,
    });

    /// <summary>Whether the rung where a proposal was pruned foretells anything.</summary>
    public bool Foretells(int id) => _curves.Foretells(id);

    /// <summary>The paused proposal that should go on before a new one is made, or null.</summary>
    public int? NextToResume() => keepsCheckpoints ? _pruner.NextToResume(problem, _curves) : null;
}
