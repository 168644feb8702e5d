namespace GradientCI.Pruners;

/// <summary>The losses of all parameter sets that reached a step, sorted, and those sets that wait there.</summary>
internal sealed class Rung
{
    private readonly List<double> _losses = [];

    /// <summary>How many sets came as far.</summary>
    public int Count => _losses.Count;

    /// <summary>The sets that wait here, the best first.</summary>
    public SortedSet<(double Loss, int Set)> Paused { get; } = [];

    /// <summary>How many sets are better.</summary>
    public int CountBetter(double loss) => FirstAt(loss);

    /// <summary>A percentile of the finite losses, interpolated as NumPy does by default; NaN when there are none.</summary>
    public (double Loss, int Of) Percentile(double percentile)
    {
        var finite = FirstAt(double.PositiveInfinity);
        if (finite == 0)
        {
            return (double.NaN, 0);
        }

        var place = percentile / 100 * (finite - 1);
        var (low, high) = (_losses[(int)Math.Floor(place)], _losses[(int)Math.Ceiling(place)]);
        return (low + ((high - low) * (place - Math.Floor(place))), finite);
    }

    /// <summary>A set's loss is another now.</summary>
    /// <param name="before">What it was, or null when it was not here.</param>
    /// <param name="now">What it is, or null when it is not here any more.</param>
    public void Replace(double? before, double? now)
    {
        if (before == now)
        {
            return;
        }

        if (before is { } old)
        {
            _losses.RemoveAt(FirstAt(old));
        }

        if (now is { } loss)
        {
            _losses.Insert(FirstAt(loss), loss);
        }
    }

    // The place of the first loss that is no smaller.
    private int FirstAt(double loss)
    {
        var (low, high) = (0, _losses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _losses[middle] < loss ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
