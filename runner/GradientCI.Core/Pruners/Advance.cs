namespace GradientCI.Pruners;

/// <summary>Whether a curve still gets anywhere: a point counts when none before it was as good in everything.</summary>
/// <param name="leastGain">By how much a point must be better in some objective than each before it.</param>
internal sealed class Advance(double leastGain)
{
    // Of one objective one point is kept. Of several that pull apart it is their front, as long as it is affordable: then the newest of it.
    private const int MostKept = 1_000;

    private readonly List<Losses> _kept = [];

    /// <summary>How many points came since the last that counted.</summary>
    public int Since { get; private set; }

    /// <summary>Adds a point.</summary>
    public void Add(Losses point)
    {
        Since++;
        if (!point.IsFinite || _kept.Exists(earlier => !IsBeaten(earlier, point, leastGain)))
        {
            return;
        }

        Since = 0;
        _kept.RemoveAll(earlier => !IsBeaten(point, earlier, 0));
        if (_kept.Count == MostKept)
        {
            _kept.RemoveAt(0);
        }

        _kept.Add(point);
    }

    // Whether a point is worse than another in some objective, by more than so much.
    private static bool IsBeaten(Losses point, Losses by, double gain)
    {
        for (var at = 0; at < point.Count; at++)
        {
            if (by[at] < point[at] - gain)
            {
                return true;
            }
        }

        return false;
    }
}
