using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Metrics;

namespace GradientCI.Samplers.Tpe;

/// <summary>What a set that was pruned is worth, beside others: less is better.</summary>
/// <remarks>
/// As in Optuna 5, pruned sets come behind all feasible ones that ran to their end and before those that break a constraint: first
/// those that came furthest, and of those that came as far, by their loss there.
/// </remarks>
/// <param name="Step">How far it came.</param>
/// <param name="Loss">What it was there; infinite when that is no number.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Merit(double Step, double Loss)
{
    /// <summary>Of a pruned set; null of any other, and with several objectives: a pruned set is known by the first alone.</summary>
    public static Merit? OfPruned(Observation observation, ImmutableArray<Objective> objectives) =>
        observation is not { Value: null, Partial: { Step: var step, Value: var value } } || objectives.Length != 1 || !double.IsFinite(step) ? null
        : new Merit(step, double.IsFinite(value) ? objectives[0].LossOf(value) : double.PositiveInfinity);
}
