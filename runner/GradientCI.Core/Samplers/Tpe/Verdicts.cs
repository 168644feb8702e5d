using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Tpe;

/// <summary>The sets of a history, parted into the good ones and the others, each in order of proposal.</summary>
/// <param name="Good">The best tenth, as <see cref="GoodSets"/> finds it.</param>
/// <param name="Bad">
/// The rest: those that failed, and those that still run, as if they had come to nothing. So the next proposals keep away
/// from the running ones (Ginsbourger's "constant liar").
/// </param>
/// <param name="GoodWeights">How much each of the good counts, or null for what follows from their order: with one objective all are alike.</param>
internal sealed record Verdicts(List<ParameterSet> Good, List<ParameterSet> Bad, double[]? GoodWeights)
{
    /// <summary>Parts the sets that have a group's parameters.</summary>
    public static Verdicts Of(History history, ImmutableArray<Objective> objectives, ParameterGroup group)
    {
        var members = history.Where(observation => group.IsIn(observation.Parameters)).ToList();
        var judged = JudgedSet.Of(members, objectives).ToList();
        var good = judged.Count == 0 ? [] : GoodSets.Of(judged, TpeRules.GoodOf(judged.Count)).OrderBy(set => set.Place).ToList();
        var places = good.Select(set => set.Place).ToHashSet();
        return new Verdicts(
            good.ConvertAll(set => members[set.Place].Parameters),
            [.. members.Where((_, at) => !places.Contains(at)).Select(observation => observation.Parameters).TakeLast(TpeRules.MostBad)],
            objectives.Length > 1 && good.Count > 0 ? GoodSets.Weights(good) : null);
    }
}
