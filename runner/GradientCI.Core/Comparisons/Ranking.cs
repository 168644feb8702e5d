using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Comparisons;

/// <summary>The parameter sets of a run, the best first; sets without a value come last, by number.</summary>
/// <param name="Sets">All parameter sets.</param>
/// <param name="Best">The best feasible one, or null when no set has a finite value. Of several objectives the first decides.</param>
public sealed record Ranking(ImmutableArray<ParameterSetResult> Sets, ParameterSetResult? Best)
{
    /// <summary>With several objectives the feasible sets that no other beats in all of them, the best of the first objective first; else empty.</summary>
    public ImmutableArray<ParameterSetResult> Front => [.. Sets.TakeWhile(set => set.Front == 1)];

    /// <summary>The front in a few numbers; null when there is none.</summary>
    public FrontSummary? Summary => Front is not { IsEmpty: false } front ? null
        : new FrontSummary(front.Length, [.. front[0].Results.Select((result, at) => result.Objective.ValueOf(front.Min(set => set.Losses[at])))]);
}

/// <summary>What the repeats of a parameter set gave of one objective.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Values">Its value in each succeeded repeat that has one; may hold NaN.</param>
public sealed record ObjectiveResult(Objective Objective, ImmutableArray<double> Values)
{
    /// <summary>The mean over <see cref="Values"/>, or null when there is none.</summary>
    public double? Mean { get; } = Values.IsEmpty ? null : Sample.MeanOf(Values);

    /// <summary>Half the width of the 95 % confidence interval of the mean (Student's t), or null below two values.</summary>
    public double? HalfWidth { get; } = ConfidenceInterval.HalfWidth(Values);

    /// <summary>Whether there is a mean to rank by.</summary>
    public bool IsUsable => Mean is { } mean && double.IsFinite(mean);
}

/// <summary>What the repeats of one parameter set gave.</summary>
public sealed record ParameterSetResult
{
    /// <summary>The set's number within the run, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Fixed and searched hyperparameters.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary>Its trials by repeat, whatever their state.</summary>
    public required ImmutableArray<TrialSnapshot> Trials { get; init; }

    /// <summary>What it gave of each objective, in the order of the manifest; empty without one.</summary>
    public ImmutableArray<ObjectiveResult> Results { get; init; } = [];

    /// <summary>The first objective of its succeeded trials, by repeat; may hold NaN. Empty without an objective.</summary>
    public ImmutableArray<double> Values => Results.IsEmpty ? [] : Results[0].Values;

    /// <summary>The mean over <see cref="Values"/>, or null when there is none.</summary>
    public double? Mean => Results.IsEmpty ? null : Results[0].Mean;

    /// <summary>Half the width of the 95 % confidence interval of the mean (Student's t), or null below two values.</summary>
    public double? HalfWidth => Results.IsEmpty ? null : Results[0].HalfWidth;

    /// <summary>
    /// With several objectives the number of its front: 1 when no feasible set beats it in all of them, 2 when only sets of
    /// the first front do, and so on; null with one objective, and for a set that is infeasible or lacks a value.
    /// </summary>
    public int? Front { get; init; }

    /// <summary>The constraints that it breaks, as text; empty when it is feasible.</summary>
    public ImmutableArray<string> Broken { get; init; } = [];

    /// <summary>The trial to look at first: its best repeat, or its first.</summary>
    public required TrialSnapshot Representative { get; init; }

    /// <summary>Whether it has a finite mean of every objective.</summary>
    public bool IsUsable => !Results.IsEmpty && Results.All(result => result.IsUsable);

    /// <summary>The means of a usable set, signed so that less is better.</summary>
    internal double[] Losses => [.. Results.Select(result => result.Objective.LossOf(result.Mean!.Value))];
}
