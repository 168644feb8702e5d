using System.Collections.Immutable;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.CmaEs;

/// <summary>Chooses the parameters that are no axes: choices, and what exists only now and then. For one proposal.</summary>
internal sealed class OtherParameters
{
    private readonly SearchProblem _problem;
    private readonly History _history;
    private readonly ImmutableArray<ParameterGroup> _groups;
    private readonly Dictionary<ParameterGroup, GroupModel> _models = [];
    private readonly bool _isLearned;

    /// <summary>Reads the history.</summary>
    public OtherParameters(SearchProblem problem, History history)
    {
        (_problem, _history) = (problem, history);
        _groups = [.. ParameterGroup.Of(problem.Space).Select(group => group.Without(SearchAxes.IsAxis)).Where(group => !group.Parameters.IsEmpty)];
        _isLearned = !_groups.IsEmpty && TpeSampler.Knows(history, problem.Objectives);
    }

    /// <summary>The set whose axes are given; the coordinates of the others are filled in.</summary>
    public ParameterSet Choose(double[] units, ref SplitMix64 random)
    {
        var set = _problem.Space.At(units);
        foreach (var group in _groups)
        {
            if (group.IsIn(set))
            {
                group.Lay(_isLearned ? Model(group).Candidates(ref random).First() : Uniform(group.Parameters.Length, ref random), units);
                set = _problem.Space.At(units);
            }
        }

        return set;
    }

    private static double[] Uniform(int count, ref SplitMix64 random)
    {
        var units = new double[count];
        for (var at = 0; at < count; at++)
        {
            units[at] = random.NextUnit();
        }

        return units;
    }

    private GroupModel Model(ParameterGroup group) => _models.TryGetValue(group, out var known)
        ? known
        : _models[group] = new GroupModel(group, Verdicts.Of(_history, _problem.Objectives, group));
}
