using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Tpe;

/// <summary>Where the good sets of one group of parameters lie, and where the others.</summary>
internal sealed class GroupModel
{
    private readonly ParzenEstimator _good;
    private readonly ParzenEstimator _bad;

    /// <summary>Learns from a group's sets.</summary>
    public GroupModel(ParameterGroup group, Verdicts verdicts)
    {
        _good = Estimate(group, verdicts.Good, isGood: true, verdicts.GoodWeights, verdicts.Gains);
        _bad = Estimate(group, verdicts.Bad, isGood: false, null, []);
    }

    /// <summary>Draws from the density of the good; those first that are likely there and unlikely among the others.</summary>
    public IEnumerable<double[]> Candidates(ref SplitMix64 random)
    {
        var candidates = new (double Score, double[] Point)[TpeRules.Candidates];
        for (var at = 0; at < candidates.Length; at++)
        {
            var point = _good.Draw(ref random);
            candidates[at] = (_good.At(point) / _bad.At(point), point);
        }

        return candidates.OrderByDescending(candidate => candidate.Score).Select(candidate => candidate.Point);
    }

    private static ParzenEstimator Estimate(ParameterGroup group, List<ParameterSet> all, bool isGood, double[]? weights, List<double> gains)
    {
        // What a foreign set has of the group may lie outside its domains.
        var places = Enumerable.Range(0, all.Count)
            .Where(at => group.Parameters.All(parameter => all[at][parameter.Name] is { } value && IsUsable(parameter.Domain, value))).ToArray();
        List<ParameterSet> sets = [.. places.Select(at => all[at])];
        var isCrowded = gains.Count > 0;
        return new ParzenEstimator(
            [.. group.Parameters.Select(parameter => AxisOf(parameter, sets, isGood, isCrowded))],
            isCrowded ? TpeRules.Weights([.. places.Select(at => gains[at])])
            : weights is null ? TpeRules.Weights(sets.Count)
            : [.. places.Select(at => weights[at])]);
    }

    private static bool IsUsable(ParameterDomain domain, ParameterValue value) => domain is ChoiceDomain ? domain.Contains(value) : value.IsNumeric;

    private static IParzenAxis AxisOf(Parameter parameter, List<ParameterSet> sets, bool isGood, bool isCrowded)
    {
        var domain = parameter.Domain;
        var values = sets.Select(set => set[parameter.Name]!.Value);
        if (domain is ChoiceDomain choice)
        {
            return new ChoiceAxis([.. values.Select(value => (int)choice.IndexOf(value))], choice.Values.Length);
        }

        if (domain.Count is null)
        {
            return new NumericAxis([.. values.Select(value => domain.UnitsOf(value).Middle)], isGood, isCrowded, cellAt: null);
        }

        // Steps in decimal are slow to place, and there are few of them.
        var known = new Dictionary<ParameterValue, double>();
        return new NumericAxis(
            [.. values.Select(value => known.TryGetValue(value, out var unit) ? unit : known[value] = domain.UnitsOf(value).Middle)],
            isGood,
            isCrowded,
            unit => domain.UnitsOf(domain.Draw(unit)));
    }
}
