namespace GradientCI.Pruners;

/// <summary>The losses of all parameter sets that reached a step, sorted, and those sets that wait there.</summary>
internal sealed class Rung
{
    private readonly SortedSet<int>? _sets;
    private readonly List<double> _losses = [];
    private readonly SortedSet<(double Loss, int Set)> _paused = [];
    private readonly List<double> _pausedLosses = [];

    /// <param name="keepsNumbers">Whether it is asked which sets came as far.</param>
    public Rung(bool keepsNumbers) => _sets = keepsNumbers ? [] : null;

    /// <summary>The numbers of the sets that came as far, the newest first; none when they are not kept.</summary>
    public IEnumerable<int> Newest => _sets?.Reverse() ?? [];

    /// <summary>How many sets came as far.</summary>
    public int Count => _losses.Count;

    /// <summary>How many sets are better.</summary>
    public int CountBetter(double loss) => FirstAt(_losses, loss);

    /// <summary>The best of the sets that wait here when fewer than so many as good ones have gone on; else null.</summary>
    public int? NextOf(int goOn)
    {
        var (loss, set) = _paused.Min;
        if (_paused.Count == 0 || !double.IsFinite(loss))
        {
            return null;
        }

        var next = Math.BitIncrement(loss);
        return FirstAt(_losses, next) - FirstAt(_pausedLosses, next) < goOn ? set : null;
    }

    /// <summary>A set waits here.</summary>
    public void Pause(double loss, int set)
    {
        _paused.Add((loss, set));
        _pausedLosses.Insert(FirstAt(_pausedLosses, loss), loss);
    }

    /// <summary>A set waits no more.</summary>
    public void Resume(double loss, int set)
    {
        _paused.Remove((loss, set));
        _pausedLosses.RemoveAt(FirstAt(_pausedLosses, loss));
    }

    /// <summary>A percentile of the finite losses, interpolated as NumPy does by default; NaN when there are none.</summary>
    public (double Loss, int Of) Percentile(double percentile)
    {
        var finite = FirstAt(_losses, double.PositiveInfinity);
        if (finite == 0)
        {
            return (double.NaN, 0);
        }

        var place = percentile / 100 * (finite - 1);
        var (low, high) = (_losses[(int)Math.Floor(place)], _losses[(int)Math.Ceiling(place)]);
        return (low + ((high - low) * (place - Math.Floor(place))), finite);
    }

    /// <summary>A set's loss is another now.</summary>
    /// <param name="set">The set's number.</param>
    /// <param name="before">What it was, or null when it was not here.</param>
    /// <param name="now">What it is, or null when it is not here any more.</param>
    public void Replace(int set, double? before, double? now)
    {
        if (before == now)
        {
            return;
        }

        if (before is { } old)
        {
            _losses.RemoveAt(FirstAt(_losses, old));
            _sets?.Remove(set);
        }

        if (now is { } loss)
        {
            _losses.Insert(FirstAt(_losses, loss), loss);
            _sets?.Add(set);
        }
    }

    // The place of the first loss that is no smaller.
    private static int FirstAt(List<double> losses, double loss)
    {
        var (low, high) = (0, losses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = losses[middle] < loss ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
