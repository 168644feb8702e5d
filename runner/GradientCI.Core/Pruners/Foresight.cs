using System.Runtime.InteropServices;

namespace GradientCI.Pruners;

/// <summary>Whether the order of parameter sets at a rung was found again later on. Where it was not, it is no reason to end a trial.</summary>
/// <remarks>
/// By Kendall's rank correlation ("A new measure of rank correlation", 1938): of all pairs of sets, how many more stood in the same
/// order later than in the opposite one, beside what chance gives. Only the newest sets are looked at, for the question is whether sets
/// like those that are proposed now can be told apart; a sampler that has found the good ones proposes what is close together.
/// </remarks>
internal static class Foresight
{
    /// <summary>The sets that are looked at, the newest. Of 8, 10, 12 and 20 that were tried, the one that costs least where curves tell and where they mislead.</summary>
    public const int Newest = 12;

    // The pairs of five sets. Fewer refute nothing, and neither do sets that are alike: the first ones to their end are dear.
    private const int EnoughPairs = 10;

    /// <summary>Whether the order at a rung is not found again: agreement is within one standard deviation of chance, or below.</summary>
    /// <remarks>Of several objectives the orders of all are counted together, as if they had nothing to do with one another.</remarks>
    public static bool IsRefuted(List<ThenAndLater> sets)
    {
        var (agreement, pairs, objectives) = (0, 0, sets.Count == 0 ? 1 : sets[0].Then.Count);
        for (var one = 0; one < sets.Count; one++)
        {
            for (var other = 0; other < one; other++)
            {
                for (var at = 0; at < objectives; at++)
                {
                    var order = sets[one].Then[at].CompareTo(sets[other].Then[at]) * sets[one].Later[at].CompareTo(sets[other].Later[at]);
                    (agreement, pairs) = (agreement + order, pairs + Math.Abs(order));
                }
            }
        }

        double count = sets.Count;
        return pairs >= EnoughPairs * objectives && agreement <= Math.Sqrt(objectives * count * (count - 1) * ((2 * count) + 5) / 18);
    }
}

/// <summary>What a parameter set was at a rung, and what it was later.</summary>
/// <param name="Then">Its losses at the rung.</param>
/// <param name="Later">Its losses at the next rung, or at its end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ThenAndLater(Losses Then, Losses Later);
