using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Tpe;

/// <summary>The sets of a history, parted into the good ones and the others, each in order of proposal.</summary>
/// <param name="Good">
/// The best tenth, as <see cref="Results"/> finds it. Those that were pruned where that says nothing are in neither part.
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
        var results = Results.Of(history, objectives, group);
        var good = results.Good();
        return new Verdicts(
            [.. good.Select(place => history[place].Parameters)],
            BadOf(history, group, [.. good]),
            objectives.Length > 1 && good.Length > 0 ? results.Weights(good) : null)
        {
            Gains = objectives.Length == 1 && history.Running > 0 ? results.Gains(good) : [],
        };
    }

    // All that run, and the newest of the others.
    private static List<ParameterSet> BadOf(History history, ParameterGroup group, HashSet<int> good)
    {
        var bad = new List<ParameterSet>();
        var (ended, running) = (TpeRules.MostBad, history.Running);
        for (var at = history.Count - 1; at >= 0 && (ended > 0 || running > 0); at--)
        {
            var observation = history[at];
            var isLookedAt = !good.Contains(at) && group.IsIn(observation.Parameters) && history.Tells(at) && (!observation.HasEnded || ended > 0);
            if (isLookedAt)
            {
                bad.Add(observation.Parameters);
            }

            ended -= isLookedAt && observation.HasEnded ? 1 : 0;
            running -= observation.HasEnded ? 0 : 1;
        }

        bad.Reverse();
        return bad;
    }
}
