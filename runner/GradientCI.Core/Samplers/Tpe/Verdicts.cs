using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Tpe;

/// <summary>The sets of a history, parted into the good ones and the others, each in order of proposal.</summary>
/// <param name="Good">The best tenth; see <see cref="Merit"/> for what pruned ones are worth.</param>
/// <param name="Bad">
/// The rest: those that failed, and those that still run, as if they had come to nothing. So the next proposals keep away
/// from the running ones (Ginsbourger's "constant liar").
/// </param>
internal sealed record Verdicts(List<ParameterSet> Good, List<ParameterSet> Bad)
{
    /// <summary>While others run: by how much each good set beats the best of the rest. Empty when all have ended.</summary>
    public List<double> Gains { get; init; } = [];

    /// <summary>Parts the sets that have a group's parameters.</summary>
    public static Verdicts Of(History history, Objective objective, ParameterGroup group)
    {
        var members = history.Where(observation => group.IsIn(observation.Parameters)).ToList();
        var merits = members.Select(observation => Merit.Of(observation, objective)).ToArray();
        Merit[] sorted = [.. merits.OfType<Merit>().Order()];
        var isGood = new bool[merits.Length];
        if (sorted.Length > 0)
        {
            // Of equal ones at the border the earlier are good.
            var (goods, border) = (TpeRules.GoodOf(sorted.Length), sorted[TpeRules.GoodOf(sorted.Length) - 1]);
            var ties = goods - sorted.Count(merit => merit < border);
            for (var at = 0; at < merits.Length; at++)
            {
                isGood[at] = merits[at] is { } merit && (merit < border || (merit == border && ties-- > 0));
            }
        }

        return new Verdicts([.. Sets(areGood: true)], [.. Sets(areGood: false).TakeLast(TpeRules.MostBad)])
        {
            Gains = history.Any(observation => !observation.HasEnded) ? [.. merits.Where((_, at) => isGood[at]).Select(merit => Gain(merit!.Value, sorted))] : [],
        };

        IEnumerable<ParameterSet> Sets(bool areGood) => members.Where((_, at) => isGood[at] == areGood).Select(observation => observation.Parameters);
    }

    // Where the best of the rest was pruned, nobody knows by how much it is beaten.
    private static double Gain(Merit merit, Merit[] sorted) =>
        sorted[Math.Min(sorted.Length - 1, TpeRules.GoodOf(sorted.Length))] is { IsPartial: false } rest ? rest.Loss - merit.Loss : 0;

    /// <summary>What is to be made small; NaN while, or if, nothing usable is known.</summary>
    public static double LossOf(Observation observation, Objective objective) =>
        observation.Value is { } value && double.IsFinite(value) ? (objective.Direction == Direction.Minimize ? value : -value) : double.NaN;
}
