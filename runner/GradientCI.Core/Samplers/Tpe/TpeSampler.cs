using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Samplers.RandomSearch;
using GradientCI.Samplers.Sobol;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Tpe;

/// <summary>Learns where good sets lie and where bad ones, and proposes what is likely good and unlikely bad.</summary>
/// <remarks>
/// The tree-structured Parzen estimator of Bergstra et al. (2011), over all parameters of a group together (Falkner et al.,
/// "BOHB", 2018); the constants are in <see cref="TpeRules"/>. What is good of several objectives, and under constraints, says
/// <see cref="GoodSets"/>. It begins with Sobol' points, and without an objective goes on with them. Nothing is remembered from
/// one proposal to the next: all is learned from the history again.
/// </remarks>
public sealed class TpeSampler : ISampler
{
    // In a finite space the best candidates may all be known; then others are drawn, and at last any free point.
    private const int Rounds = 3;

    private static readonly SobolSampler Beginning = new();

    /// <inheritdoc/>
    public string Name => "tpe";

    /// <inheritdoc/>
    public bool Learns => true;

    /// <inheritdoc/>
    public bool ServesSeveralObjectives => true;

    /// <inheritdoc/>
    public ParameterSet? Propose(SearchProblem problem, History history) =>
        !problem.Objectives.IsEmpty && !problem.Space.Parameters.IsEmpty && Knows(history, problem.Objectives)
            ? Learned(problem, history) ?? RandomSampler.Draw(problem, history)
            : Beginning.Propose(problem, history);

    /// <summary>Whether so much is known that it can be learned from.</summary>
    internal static bool Knows(History history, ImmutableArray<Objective> objectives) =>
        history.Where((observation, place) => (JudgedSet.IsUsable(observation, objectives.Length) || Merit.OfPruned(observation, objectives) is not null) && history.Tells(place))
            .Take(TpeRules.Beginning).Count() == TpeRules.Beginning;

    // The best candidate that is not known yet.
    private static ParameterSet? Learned(SearchProblem problem, History history)
    {
        var groups = ParameterGroup.Of(problem.Space);
        var models = new Dictionary<ParameterGroup, GroupModel>();
        for (var round = 0; round < Rounds; round++)
        {
            var random = SplitMix64.For(problem.Seed, history.Count, round);
            foreach (var first in Model(groups[0]).Candidates(ref random))
            {
                var units = new double[problem.Space.Parameters.Length];
                groups[0].Lay(first, units);
                var set = problem.Space.At(units);
                foreach (var group in groups.AsSpan()[1..])
                {
                    if (group.IsIn(set))
                    {
                        group.Lay(Model(group).Candidates(ref random).First(), units);
                        set = problem.Space.At(units);
                    }
                }

                if (!history.Has(set))
                {
                    return set;
                }
            }
        }

        return null;

        GroupModel Model(ParameterGroup group) =>
            models.TryGetValue(group, out var known) ? known : models[group] = new GroupModel(group, Verdicts.Of(history, problem.Objectives, group));
    }
}
