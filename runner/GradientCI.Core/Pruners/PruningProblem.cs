using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Pruners;

/// <summary>What is optimised, and what the manifest says about pruning.</summary>
/// <param name="Objective">The objective; of several the first.</param>
/// <param name="Pruner">The pruner's name and settings.</param>
public sealed record PruningProblem(Objective Objective, PrunerSpec Pruner)
{
    /// <summary>All that is optimised, <see cref="Objective"/> first.</summary>
    public ImmutableArray<Objective> Objectives { get; init; } = [Objective];

    /// <summary>By how much a point must be better than those before it to count as better.</summary>
    internal double LeastGain => Setting("min-delta", 0);

    /// <summary>The problem that an experiment poses; null when nothing is pruned.</summary>
    public static PruningProblem? Of(ExperimentSpec spec) => spec.Sweep.Pruner is { } pruner && spec.Objective is { } objective
        ? new PruningProblem(objective, pruner) { Objectives = spec.Objectives }
        : null;

    /// <summary>A setting, or its default.</summary>
    internal double Setting(string name, double standard) => Pruner.Settings.GetValueOrDefault(name, standard);

    /// <summary>What is to be made small; infinite for values that are not finite, so that they never win.</summary>
    internal Losses LossesOf(ReadOnlySpan<double> values)
    {
        Span<double> losses = stackalloc double[Objectives.Length];
        for (var at = 0; at < losses.Length; at++)
        {
            losses[at] = double.IsFinite(values[at]) ? Objectives[at].LossOf(values[at]) : double.PositiveInfinity;
        }

        return new Losses(losses);
    }

    /// <summary>The values of finite losses for people: the number alone with one objective, else <c>loss 0.41 with latency_ms 12</c>.</summary>
    internal string Told(Losses losses)
    {
        string[] values = [.. Objectives.Select((objective, at) => ValueText.Of(objective.ValueOf(losses[at])))];
        return values.Length == 1 ? values[0]
            : $"{Objectives[0].Metric} {values[0]} with {string.Join(" and ", values.Skip(1).Select((value, at) => $"{Objectives[at + 1].Metric} {value}"))}";
    }

    /// <summary>The objectives' names for people: <c>loss</c>, <c>loss or latency_ms</c>.</summary>
    internal string Metrics => string.Join(" or ", Objectives.Select(objective => objective.Metric));
}
