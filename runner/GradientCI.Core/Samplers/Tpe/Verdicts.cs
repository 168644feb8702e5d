using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Tpe;

/// <summary>The sets of a history, parted into the good ones and the others, each in order of proposal.</summary>
/// <param name="Good">
/// The best tenth, as <see cref="GoodSets"/> finds it: of those that ran to their end once there are enough; before that, see
/// <see cref="Merit"/> for what pruned ones are worth. Those that were pruned where that says nothing are in neither part.
/// </param>
/// <param name="Bad">
/// The rest: those that failed, and those that still run, as if they had come to nothing. So the next proposals keep away
/// from the running ones (Ginsbourger's "constant liar").
/// </param>
/// <param name="GoodWeights">How much each of the good counts, or null for what follows from their order: with one objective all are alike.</param>
internal sealed record Verdicts(List<ParameterSet> Good, List<ParameterSet> Bad, double[]? GoodWeights)
{
    /// <summary>While others run: by how much each good set beats the best of the rest. Empty when all have ended, and with several objectives.</summary>
    public List<double> Gains { get; init; } = [];

    /// <summary>Parts the sets that have a group's parameters.</summary>
    public static Verdicts Of(History history, ImmutableArray<Objective> objectives, ParameterGroup group)
    {
        var members = history.Where((observation, place) => group.IsIn(observation.Parameters) && history.Tells(place)).ToList();
        var judged = JudgedSet.Of(members, objectives).ToList();
        var pruned = PrunedOf(members, objectives);
        var feasible = judged.FindAll(set => set.Violation == 0);
        var known = judged.Count + (feasible.Count < TpeRules.Complete ? pruned.Count : 0);
        var count = known == 0 ? 0 : TpeRules.GoodOf(known);
        var ended = pruned.Count == 0 || feasible.Count >= count ? (count == 0 ? [] : GoodSets.Of(judged, count)) : feasible;
        var places = ended.Select(set => set.Place).ToHashSet();
        places.UnionWith(pruned.Take(count - places.Count));
        places.UnionWith(judged.Where(set => set.Violation > 0).OrderBy(set => set.Violation).Select(set => set.Place).Take(count - places.Count));
        int[] good = [.. places.Order()];
        return new Verdicts(
            [.. good.Select(at => members[at].Parameters)],
            [.. members.Where((_, at) => !places.Contains(at)).Select(observation => observation.Parameters).TakeLast(TpeRules.MostBad)],
            objectives.Length > 1 && good.Length > 0 ? GoodSets.Weights([.. ended.OrderBy(set => set.Place)]) : null)
        {
            Gains = objectives.Length == 1 && history.Any(observation => !observation.HasEnded) ? GainsOf(good, feasible, count, pruned.Count > 0) : [],
        };
    }

    private static List<int> PrunedOf(List<Observation> members, ImmutableArray<Objective> objectives) =>
    [
        .. members.Select((observation, place) => (Merit: Merit.OfPruned(observation, objectives), Place: place)).Where(each => each.Merit is not null)
            .OrderByDescending(each => each.Merit!.Value.Step).ThenBy(each => each.Merit!.Value.Loss).Select(each => each.Place),
    ];

    // Where the best of the rest was pruned, nobody knows by how much it is beaten.
    private static List<double> GainsOf(int[] good, List<JudgedSet> feasible, int count, bool isPruned)
    {
        var losses = feasible.ToDictionary(set => set.Place, set => set.Losses[0]);
        double[] sorted = [.. losses.Values.Order()];
        double? rest = sorted.Length > count ? sorted[count] : isPruned || sorted.Length == 0 ? null : sorted[^1];
        return [.. good.Select(place => rest is { } best && losses.TryGetValue(place, out var loss) ? Math.Max(0, best - loss) : 0)];
    }
}
