using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Comparisons.Pareto;
using GradientCI.Metrics;

namespace GradientCI.Samplers.Tpe;

/// <summary>What a set that was pruned is worth, beside others: less is better.</summary>
/// <remarks>
/// As in Optuna 5, pruned sets come behind all feasible ones that ran to their end and before those that break a constraint: first
/// those that came furthest, and of those that came as far, by their loss there; of several objectives as at a rung, by their places in the fronts.
/// </remarks>
/// <param name="Step">How far it came.</param>
/// <param name="Losses">What it was there, of each objective; infinite where that is no number.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Merit(double Step, double[] Losses)
{
    /// <summary>Of a pruned set; null of any other.</summary>
    public static Merit? OfPruned(Observation observation, ImmutableArray<Objective> objectives) =>
        observation is not { Value: null, Partial: { Step: var step, Values: var values } } || values.Length != objectives.Length || !double.IsFinite(step) ? null
        : new Merit(step, [.. values.Select((value, at) => double.IsFinite(value) ? objectives[at].LossOf(value) : double.PositiveInfinity)]);

    /// <summary>The places of some merits of several objectives, the best first; of equal ones the earlier.</summary>
    public static IEnumerable<int> Order(IReadOnlyList<Merit> merits) => Enumerable.Range(0, merits.Count)
        .GroupBy(at => merits[at].Step)
        .OrderByDescending(equal => equal.Key)
        .SelectMany(equal => Order([.. equal], merits));

    private static IEnumerable<int> Order(int[] equal, IReadOnlyList<Merit> merits)
    {
        var places = FrontPlaces.Of([.. equal.Select(at => merits[at].Losses)]);
        return Enumerable.Range(0, equal.Length).OrderBy(at => places[at]).Select(at => equal[at]);
    }
}
