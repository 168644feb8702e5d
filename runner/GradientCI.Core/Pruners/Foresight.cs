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
    public static bool IsRefuted(List<ThenAndLater> sets)
    {
        var (agreement, pairs) = (0, 0);
        for (var one = 0; one < sets.Count; one++)
        {
            for (var other = 0; other < one; other++)
            {
                var order = sets[one].Then.CompareTo(sets[other].Then) * sets[one].Later.CompareTo(sets[other].Later);
                (agreement, pairs) = (agreement + order, pairs + Math.Abs(order));
            }
        }

        double count = sets.Count;
        return pairs >= EnoughPairs && agreement <= Math.Sqrt(count * (count - 1) * ((2 * count) + 5) / 18);
    }
}

/// <summary>What a parameter set was at a rung, and what it was later.</summary>
/// <param name="Then">Its loss at the rung.</param>
/// <param name="Later">Its loss at the next rung, or at its end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ThenAndLater(double Then, double Later);
