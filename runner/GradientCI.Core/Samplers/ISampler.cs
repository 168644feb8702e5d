using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Samplers;

/// <summary>Proposes the next parameter set of a sweep.</summary>
/// <remarks>
/// Pure: the proposal depends on the problem and the history and on nothing else, so that a sweep that was killed
/// goes on as if nothing had happened. Safe to call from several threads. In a finite space no set is proposed
/// twice. Sets that are still running are part of the history, without a value.
/// </remarks>
public interface ISampler
{
    /// <summary>The name by which the manifest asks for it.</summary>
    string Name { get; }

    /// <summary>Whether it serves several objectives: it learns from all of them, or from none. Whoever does not say so serves one.</summary>
    bool ServesSeveralObjectives => false;

    /// <summary>Whether it learns from results, so that those of earlier runs help it. Whoever does not say so does not.</summary>
    bool Learns => false;

    /// <summary>The next parameter set, or null when the space is exhausted.</summary>
    /// <param name="problem">What is searched.</param>
    /// <param name="history">Every set proposed so far, in order of proposal, behind those of earlier runs.</param>
    ParameterSet? Propose(SearchProblem problem, History history);
}

/// <summary>What is searched.</summary>
/// <param name="Space">The space.</param>
/// <param name="Seed">Equal seeds give equal proposals.</param>
/// <param name="Objective">What is optimised, or null when nothing is.</param>
public sealed record SearchProblem(SearchSpace Space, long Seed, Objective? Objective)
{
    /// <summary>The most parameter sets that will be asked for; null means every point of a finite space.</summary>
    public int? MaxTrials { get; init; }

    /// <summary>All that is optimised, <see cref="Objective"/> first; empty when nothing is.</summary>
    public ImmutableArray<Objective> Objectives { get; init; } = Objective is null ? [] : [Objective];

    /// <summary>The sets of an earlier run that are to be proposed again; empty when sets are to be found.</summary>
    public ImmutableArray<ParameterSet> Recorded { get; init; } = [];

    /// <summary>The problem that an experiment poses.</summary>
    public static SearchProblem Of(ExperimentSpec spec) =>
        new(spec.Sweep.Space, spec.Sweep.Seed, spec.Objective) { MaxTrials = spec.Sweep.MaxTrials, Objectives = spec.Objectives, Recorded = spec.Sweep.Recorded };
}

/// <summary>One parameter set of the history.</summary>
/// <param name="Parameters">The set.</param>
/// <param name="Value">
/// The mean of the first objective over its finished repeats, whether it is feasible or not; null while none is known; may be NaN.
/// </param>
/// <param name="HasEnded">Whether nothing more will be known of it.</param>
public sealed record Observation(ParameterSet Parameters, double? Value, bool HasEnded)
{
    /// <summary>The means of all objectives, in the order of <see cref="SearchProblem.Objectives"/>; empty while one is unknown.</summary>
    public ImmutableArray<double> Values { get; init; } = Value is { } value ? [value] : [];

    /// <summary>
    /// By how much it breaks the constraints, as <see cref="Comparisons.Violation"/> counts it: 0 when it keeps all, infinite when a
    /// metric is missing, null while it is unknown.
    /// </summary>
    /// <remarks>A set that breaks one still has its values, so that a sampler learns from how far it went wrong.</remarks>
    public double? Violation { get; init; }

    /// <summary>How far it came before it was ended as unpromising, or null.</summary>
    public PartialResult? Partial { get; init; }

    /// <summary>Whether a constraint is known to be broken.</summary>
    public bool IsInfeasible => Violation > 0;

    /// <summary>The value for a sampler that does not look at constraints: null when one is broken, as if nothing had come of the set.</summary>
    public double? FeasibleValue => IsInfeasible ? null : Value;
}

/// <summary>What was known of a set that was ended as unpromising.</summary>
/// <param name="Step">The last step that it reached.</param>
/// <param name="Value">The first objective there; may be NaN.</param>
public sealed record PartialResult(double Step, double Value)
{
    /// <summary>All objectives there, in the order of <see cref="SearchProblem.Objectives"/>.</summary>
    public ImmutableArray<double> Values { get; init; } = [Value];
}
