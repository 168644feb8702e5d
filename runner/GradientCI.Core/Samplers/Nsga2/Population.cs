using System.Collections.Immutable;
using GradientCI.Comparisons.Pareto;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Samplers.Nsga2;

/// <summary>A set that may become a parent.</summary>
/// <param name="Parameters">The set.</param>
/// <param name="Rank">Its front, from 0; pruned sets come after those that ran to their end, and last sets that break a constraint, by how much they do.</param>
/// <param name="Distance">How lonely it is in its front.</param>
internal sealed record Parent(ParameterSet Parameters, int Rank, double Distance)
{
    /// <summary>Whether it wins a tournament: by its front, then by its distance.</summary>
    public bool Beats(Parent other) => Rank != other.Rank ? Rank < other.Rank : Distance > other.Distance;
}

/// <summary>Who lives after some generations.</summary>
internal static class Population
{
    /// <summary>The parents of the next generation, derived from the history alone: each generation's survivors and the next one's sets compete for its places.</summary>
    /// <remarks>What still runs when the next generation is bred, or came to nothing, does not compete.</remarks>
    /// <param name="history">The sets in order of proposal.</param>
    /// <param name="generations">How many generations have been proposed.</param>
    /// <param name="size">How many sets a generation has, and how many survive it.</param>
    /// <param name="objectives">What they are judged by.</param>
    public static List<Parent> After(History history, int generations, int size, ImmutableArray<Objective> objectives)
    {
        var judged = JudgedSet.WithPruned(history.Take(generations * size), objectives).ToList();
        var (alive, next) = (new List<JudgedSet>(), 0);
        var parents = new List<Parent>();
        for (var generation = 0; generation < generations; generation++)
        {
            var end = (generation + 1) * size;
            for (; next < judged.Count && judged[next].Place < end; next++)
            {
                alive.Add(judged[next]);
            }

            (alive, parents) = Survivors(alive, size, history);
        }

        return parents;
    }

    private static (List<JudgedSet> Alive, List<Parent> Parents) Survivors(List<JudgedSet> candidates, int size, History history)
    {
        var (alive, parents, rank) = (new List<JudgedSet>(), new List<Parent>(), 0);
        foreach (var front in FrontsOf(candidates))
        {
            var distances = Crowding.Distances([.. front.Select(set => set.Losses)], [.. Enumerable.Range(0, front.Count)]);

            // Stable: of the equally lonely the earlier live.
            foreach (var at in Enumerable.Range(0, front.Count).OrderByDescending(at => distances[at]).Take(size - alive.Count))
            {
                alive.Add(front[at]);
                parents.Add(new Parent(history[front[at].Place].Parameters, rank, distances[at]));
            }

            rank++;
            if (alive.Count >= size)
            {
                break;
            }
        }

        return (alive, parents);
    }

    // Constrained domination: any feasible set beats any other, and of two others the one that breaks less. Pruned sets stand between
    // them, those that came furthest first: where one in ten runs to its end, hardly anything would compete.
    private static IEnumerable<List<JudgedSet>> FrontsOf(List<JudgedSet> candidates)
    {
        var feasible = candidates.FindAll(set => set.Violation == 0);
        return feasible.GroupBy(set => set.PrunedAt).OrderByDescending(group => group.Key).SelectMany(group => FrontsAmong([.. group]))
            .Concat(candidates.Where(set => set.Violation > 0).GroupBy(set => set.Violation).OrderBy(group => group.Key).Select(group => group.ToList()));
    }

    private static IEnumerable<List<JudgedSet>> FrontsAmong(List<JudgedSet> sets) =>
        Fronts.Of([.. sets.Select(set => set.Losses)]).Select(front => front.Order().Select(at => sets[at]).ToList());
}
