using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;

namespace GradientCI.Comparisons;

/// <summary>The parameter sets of a run, the best first; sets without a value come last, by number.</summary>
/// <param name="Sets">All parameter sets.</param>
/// <param name="Best">The best feasible one, or null when no set has a finite value.</param>
public sealed record Ranking(ImmutableArray<ParameterSetResult> Sets, ParameterSetResult? Best);

/// <summary>What the repeats of one parameter set gave.</summary>
public sealed record ParameterSetResult
{
    /// <summary>The set's number within the run, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Fixed and searched hyperparameters.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary>Its trials by repeat, whatever their state.</summary>
    public required ImmutableArray<TrialSnapshot> Trials { get; init; }

    /// <summary>The objective of its succeeded trials, by repeat; may hold NaN. Empty without an objective.</summary>
    public ImmutableArray<double> Values { get; init; } = [];

    /// <summary>The mean over <see cref="Values"/>, or null when there is none.</summary>
    public double? Mean { get; init; }

    /// <summary>Half the width of the 95 % confidence interval of the mean (Student's t), or null below two values.</summary>
    public double? HalfWidth { get; init; }

    /// <summary>The constraints that it breaks, as text; empty when it is feasible.</summary>
    public ImmutableArray<string> Broken { get; init; } = [];

    /// <summary>The trial to look at first: its best repeat, or its first.</summary>
    public required TrialSnapshot Representative { get; init; }
}
