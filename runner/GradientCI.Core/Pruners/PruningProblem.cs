using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Pruners;

/// <summary>What is optimised, and what the manifest says about pruning.</summary>
/// <param name="Objective">The objective; of several the first.</param>
/// <param name="Pruner">The pruner's name and settings.</param>
public sealed record PruningProblem(Objective Objective, PrunerSpec Pruner)
{
    /// <summary>The problem that an experiment poses; null when nothing is pruned.</summary>
    public static PruningProblem? Of(ExperimentSpec spec) =>
        spec.Sweep.Pruner is { } pruner && spec.Objective is { } objective ? new PruningProblem(objective, pruner) : null;

    /// <summary>A setting, or its default.</summary>
    internal double Setting(string name, double standard) => Pruner.Settings.GetValueOrDefault(name, standard);

    /// <summary>What is to be made small; infinite for values that are not finite, so that they never win.</summary>
    internal double LossOf(double value) =>
        double.IsFinite(value) ? Objective.LossOf(value) : double.PositiveInfinity;
}
