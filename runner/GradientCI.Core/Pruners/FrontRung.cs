using GradientCI.Comparisons.Pareto;

namespace GradientCI.Pruners;

/// <summary>Of several objectives the sets are ranked by fronts when a place is asked for.</summary>
/// <remarks>
/// That costs more the more sets there are, so a set is compared with the newest thousand: of two objectives that is well
/// below a millisecond. Newest by number, and not by when they came, so that the order in which results come decides nothing.
/// </remarks>
internal sealed class FrontRung : Rung
{
    /// <summary>How many sets are compared, the newest.</summary>
    public const int MostCompared = 1_000;

    private readonly SortedList<int, Losses> _sets = [];
    private readonly HashSet<int> _paused = [];
    private List<int>? _places;

    /// <inheritdoc/>
    public override int Count => _sets.Count - Oldest;

    /// <inheritdoc/>
    public override int CountUsable => Compared().Count(losses => losses.IsFinite);

    /// <inheritdoc/>
    public override IEnumerable<int> Newest => _sets.Keys.Reverse();

    // The place in the list from which on sets are compared.
    private int Oldest => Math.Max(0, _sets.Count - MostCompared);

    /// <inheritdoc/>
    public override int CountBetter(int set, Losses losses)
    {
        List<double[]> compared = [.. Compared(but: set).Select(other => other.ToArray()), losses.ToArray()];
        return FrontPlaces.Of(compared)[^1];
    }

    /// <inheritdoc/>
    public override int? NextOf(int goOn)
    {
        if (_paused.Count == 0)
        {
            return null;
        }

        _places ??= [.. FrontPlaces.Of([.. Compared().Select(losses => losses.ToArray())])];
        var (next, place) = ((int?)null, int.MaxValue);
        for (var at = 0; at < _places.Count; at++)
        {
            var set = _sets.GetKeyAtIndex(Oldest + at);
            if (_places[at] < place && _paused.Contains(set) && _sets.GetValueAtIndex(Oldest + at).IsFinite)
            {
                (next, place) = (set, _places[at]);
            }
        }

        return _places.Where((other, at) => other <= place && !_paused.Contains(_sets.GetKeyAtIndex(Oldest + at))).Count() < goOn ? next : null;
    }

    /// <inheritdoc/>
    public override void Pause(int set, Losses losses) => _paused.Add(set);

    /// <inheritdoc/>
    public override void Resume(int set, Losses losses) => _paused.Remove(set);

    /// <inheritdoc/>
    public override void Replace(int set, Losses? before, Losses? now)
    {
        _places = null;
        if (now is { } losses)
        {
            _sets[set] = losses;
        }
        else
        {
            _sets.Remove(set);
        }
    }

    private IEnumerable<Losses> Compared(int? but = null)
    {
        for (var at = Oldest; at < _sets.Count; at++)
        {
            if (_sets.GetKeyAtIndex(at) != but)
            {
                yield return _sets.GetValueAtIndex(at);
            }
        }
    }
}
