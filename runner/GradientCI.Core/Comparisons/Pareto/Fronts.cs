namespace GradientCI.Comparisons.Pareto;

/// <summary>Which of several results no other beats in everything.</summary>
/// <remarks>
/// A result is a vector of losses, of which less is better. One that holds something that is not finite is in no front,
/// and beats nothing.
/// </remarks>
public static class Fronts
{
    /// <summary>Whether one result is nowhere worse than another and somewhere better.</summary>
    public static bool Dominates(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        var isBetter = false;
        for (var at = 0; at < one.Length; at++)
        {
            if (!(one[at] <= other[at]))
            {
                return false;
            }

            isBetter |= one[at] < other[at];
        }

        return isBetter;
    }

    /// <summary>The places of the results in fronts: those that none beats, those that only the first front beats, and so on; each by losses.</summary>
    /// <remarks>Made one by one as they are asked for: whoever needs the best few of ten thousand pays for no more.</remarks>
    public static IEnumerable<int[]> Of(IReadOnlyList<double[]> losses)
    {
        // A result can be beaten only by one that stands before it in this order.
        var left = Enumerable.Range(0, losses.Count).Where(at => Array.TrueForAll(losses[at], double.IsFinite)).ToList();
        left.Sort((one, other) => Compare(losses[one], losses[other]) is var order && order != 0 ? order : one.CompareTo(other));
        while (left.Count > 0)
        {
            var (front, beaten) = Part(left, losses);
            yield return [.. front];
            left = beaten;
        }
    }

    private static (List<int> Front, List<int> Beaten) Part(List<int> ordered, IReadOnlyList<double[]> losses)
    {
        var (front, beaten) = (new List<int>(), new List<int>());
        foreach (var at in ordered)
        {
            (IsBeaten(losses[at], front, losses) ? beaten : front).Add(at);
        }

        return (front, beaten);
    }

    private static bool IsBeaten(double[] result, List<int> front, IReadOnlyList<double[]> losses)
    {
        // Of two losses, the last of the front has the least second one, so it alone decides.
        var first = result.Length <= 2 ? Math.Max(0, front.Count - 1) : 0;
        for (var at = front.Count - 1; at >= first; at--)
        {
            if (Dominates(losses[front[at]], result))
            {
                return true;
            }
        }

        return false;
    }

    private static int Compare(double[] one, double[] other)
    {
        for (var at = 0; at < one.Length; at++)
        {
            if (one[at].CompareTo(other[at]) is var order && order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
