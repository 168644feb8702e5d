namespace GradientCI.Pruners;

/// <summary>Of one objective the losses are kept sorted, and a place is looked up.</summary>
/// <param name="isAskedForSets">Whether it is asked which sets came as far.</param>
internal sealed class SortedRung(bool isAskedForSets) : Rung
{
    private readonly SortedSet<int>? _sets = isAskedForSets ? [] : null;
    private readonly List<double> _losses = [];
    private readonly SortedSet<(double Loss, int Set)> _paused = [];
    private readonly List<double> _pausedLosses = [];

    /// <inheritdoc/>
    public override int Count => _losses.Count;

    /// <inheritdoc/>
    public override IEnumerable<int> Newest => _sets?.Reverse() ?? [];

    /// <inheritdoc/>
    public override int CountUsable => FirstAt(_losses, double.PositiveInfinity);

    /// <inheritdoc/>
    public override int CountBetter(int set, Losses losses) => FirstAt(_losses, losses.First);

    /// <inheritdoc/>
    public override int? NextOf(int goOn)
    {
        var (loss, set) = _paused.Min;
        if (_paused.Count == 0 || !double.IsFinite(loss))
        {
            return null;
        }

        var next = Math.BitIncrement(loss);
        return FirstAt(_losses, next) - FirstAt(_pausedLosses, next) < goOn ? set : null;
    }

    /// <inheritdoc/>
    public override void Pause(int set, Losses losses)
    {
        _paused.Add((losses.First, set));
        _pausedLosses.Insert(FirstAt(_pausedLosses, losses.First), losses.First);
    }

    /// <inheritdoc/>
    public override void Resume(int set, Losses losses)
    {
        _paused.Remove((losses.First, set));
        _pausedLosses.RemoveAt(FirstAt(_pausedLosses, losses.First));
    }

    /// <summary>A percentile of the finite losses, interpolated as NumPy does by default; NaN when there are none.</summary>
    public (double Loss, int Of) Percentile(double percentile)
    {
        var finite = CountUsable;
        if (finite == 0)
        {
            return (double.NaN, 0);
        }

        var place = percentile / 100 * (finite - 1);
        var (low, high) = (_losses[(int)Math.Floor(place)], _losses[(int)Math.Ceiling(place)]);
        return (low + ((high - low) * (place - Math.Floor(place))), finite);
    }

    /// <inheritdoc/>
    public override void Replace(int set, Losses? before, Losses? now)
    {
        if (before?.First == now?.First)
        {
            return;
        }

        if (before is { } old)
        {
            _losses.RemoveAt(FirstAt(_losses, old.First));
            _sets?.Remove(set);
        }

        if (now is { } losses)
        {
            _losses.Insert(FirstAt(_losses, losses.First), losses.First);
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
