using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Samplers.Tpe;

/// <summary>What came of the sets that have a group's parameters, kept only of those that may be good.</summary>
/// <remarks>
/// The good ones are the best of the feasible (<see cref="GoodSets"/>); where these are too few, those follow that were pruned, as
/// <see cref="Merit"/> orders them, and then those that break the constraints least. Once enough ran to their end no pruned one is good.
/// </remarks>
internal sealed class Results
{
    private readonly Leaders _feasible = new();
    private readonly Leaders _pruned = new();
    private readonly Leaders _infeasible = new();

    // With several objectives there is no such order until all are known.
    private readonly Dictionary<int, JudgedSet> _several = [];
    private readonly List<(Merit Merit, int Place)> _severalPruned = [];

    private Results()
    {
    }

    private int GoodCount => TpeRules.GoodOf(_feasible.Count + _infeasible.Count + (MayPrunedBeGood ? _pruned.Count : 0));

    private bool MayPrunedBeGood => _feasible.Count < TpeRules.Complete;

    /// <summary>Looks through a history once.</summary>
    public static Results Of(History history, ImmutableArray<Objective> objectives, ParameterGroup group)
    {
        var results = new Results();
        for (var place = 0; place < history.Count; place++)
        {
            if (group.IsIn(history[place].Parameters) && history.Tells(place))
            {
                results.Add(history[place], place, objectives);
            }
        }

        return results;
    }

    /// <summary>The places of the good ones, in order of proposal.</summary>
    public int[] Good() => [.. Feasible().Concat(Pruned()).Concat(Places(_infeasible)).Take(GoodCount).Order()];

    /// <summary>With several objectives: how much each of the good ones counts, in order of proposal.</summary>
    /// <remarks>A pruned set has no share in the front's hypervolume: it counts as much as one that adds most, as it does with one objective.</remarks>
    public double[] Weights(int[] good)
    {
        int[] ended = [.. good.Where(_several.ContainsKey)];
        var weights = ended.Length == 0 ? [] : GoodSets.Weights([.. ended.Select(place => _several[place])]);
        var weightOf = ended.Zip(weights).ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. good.Select(place => weightOf.GetValueOrDefault(place, 1))];
    }

    /// <summary>By how much each of the good ones beats the best of the rest. Where that was pruned, nobody knows: 0.</summary>
    public List<double> Gains(int[] good)
    {
        var losses = _feasible.All.ToDictionary(each => each.Place, each => each.Key);
        double? rest = _feasible.Count > good.Length ? _feasible.All.ElementAt(good.Length).Key
            : _pruned.Count > 0 || _feasible.Count == 0 ? null
            : _feasible.All.Last().Key;
        return [.. good.Select(place => rest is { } best && losses.TryGetValue(place, out var loss) ? Math.Max(0, best - loss) : 0)];
    }

    private void Add(Observation observation, int place, ImmutableArray<Objective> objectives)
    {
        if (!JudgedSet.IsUsable(observation, objectives.Length))
        {
            if (Merit.OfPruned(observation, objectives) is { } merit)
            {
                _pruned.Add(-merit.Step, merit.Losses[0], place);
                if (objectives.Length > 1)
                {
                    _severalPruned.Add((merit, place));
                }
            }

            return;
        }

        var violation = observation.Violation ?? 0;
        if (violation > 0)
        {
            _infeasible.Add(violation, 0, place);
        }
        else
        {
            _feasible.Add(objectives[0].LossOf(observation.Values[0]), 0, place);
        }

        if (objectives.Length > 1)
        {
            _several.Add(place, JudgedSet.Of(observation, place, objectives));
        }
    }

    private IEnumerable<int> Feasible() =>
        _several.Count > 0 ? GoodSets.Of([.. _several.Values.Where(set => set.Violation == 0)], GoodCount).Select(set => set.Place) : Places(_feasible);

    private IEnumerable<int> Pruned() => !MayPrunedBeGood ? []
        : _severalPruned.Count > 0
        ? Merit.Order([.. _severalPruned.Select(each => each.Merit)]).Select(at => _severalPruned[at].Place)
        : Places(_pruned);

    private static IEnumerable<int> Places(Leaders leaders) => leaders.All.Select(each => each.Place);
}
