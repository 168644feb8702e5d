namespace GradientCI.Samplers.Tpe;

/// <summary>The least of many keys and where they stand, of equal ones the earlier: one pass, and the same memory however many come.</summary>
internal sealed class Leaders
{
    private readonly SortedSet<(double Key, double Then, int Place)> _least = [];

    /// <summary>How many came.</summary>
    public int Count { get; private set; }

    /// <summary>The least, at most one more than there are good sets.</summary>
    public IEnumerable<(double Key, double Then, int Place)> All => _least;

    /// <summary>Takes note of one.</summary>
    /// <param name="key">What they are compared by.</param>
    /// <param name="then">What those of equal keys are compared by.</param>
    /// <param name="place">Where it stands.</param>
    public void Add(double key, double then, int place)
    {
        Count++;
        if (_least.Count <= TpeRules.MostGood)
        {
            _least.Add((key, then, place));
        }
        else if (_least.Max is var worst && (key, then, place).CompareTo(worst) < 0)
        {
            _least.Remove(worst);
            _least.Add((key, then, place));
        }
    }
}
