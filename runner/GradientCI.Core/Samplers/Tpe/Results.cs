using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Samplers.Tpe;

/// <summary>What came of the sets that have a group's parameters, kept only of those that may be good.</summary>
/// <remarks>
/// The good ones are the best tenth of the feasible (<see cref="GoodSets"/>); where these are too few, those follow that were pruned, as
/// <see cref="Merit"/> orders them, and then those that break the constraints least.
/// </remarks>
internal sealed class Results
{
    private readonly Leaders _feasible = new();
    private readonly Leaders _pruned = new();
    private readonly Leaders _infeasible = new();
    private readonly Dictionary<int, JudgedSet> _several = [];

    private Results()
    {
    }

    private int GoodCount => TpeRules.GoodOf(_feasible.Count + _pruned.Count + _infeasible.Count);

    /// <summary>Looks through a history once.</summary>
    public static Results Of(History history, ImmutableArray<Objective> objectives, ParameterGroup group)
    {
        var results = new Results();
        for (var place = 0; place < history.Count; place++)
        {
            if (group.IsIn(history[place].Parameters))
            {
                results.Add(history[place], place, objectives);
            }
        }

        return results;
    }

    /// <summary>The places of the good ones, in order of proposal.</summary>
    public int[] Good() => [.. Feasible().Concat(Places(_pruned)).Concat(Places(_infeasible)).Take(GoodCount).Order()];

    /// <summary>With several objectives: how much each of the good ones counts, in order of proposal.</summary>
    public double[] Weights() => GoodSets.Weights([.. Good().Select(place => _several[place])]);

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
                _pruned.Add(-merit.Step, merit.Loss, place);
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

    private static IEnumerable<int> Places(Leaders leaders) => leaders.All.Select(each => each.Place);
}
