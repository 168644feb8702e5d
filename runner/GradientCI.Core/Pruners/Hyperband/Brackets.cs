namespace GradientCI.Pruners.Hyperband;

/// <summary>How many brackets there are, which set is in which, and at which rung each begins to prune.</summary>
/// <remarks>
/// Li et al., "Hyperband" (2017): bracket 0 prunes from the first rung on, each further one a rung later, and the last never.
/// A bracket gets sets in proportion to what its trials cost less: <c>ceil(n · η^s / (s + 1))</c> of the paper's algorithm 1.
/// </remarks>
internal sealed class Brackets
{
    // Successive multiples of it, modulo 1, fall evenly into shares of any size.
    private const double Golden = 0.6180339887498949;

    private readonly double[] _shares;

    private Brackets(int count, double reduction)
    {
        var sizes = Enumerable.Range(0, count).Select(bracket => Math.Ceiling(count * Math.Pow(reduction, count - 1 - bracket) / (count - bracket))).ToArray();
        var total = sizes.Sum();
        _shares = [.. sizes.Select(size => size / total)];
    }

    /// <summary>How many there are.</summary>
    public int Count => _shares.Length;

    /// <summary>The brackets between two steps; null while the last one is unknown.</summary>
    public static Brackets? Between(double least, double most, double reduction)
    {
        if (double.IsNaN(most))
        {
            return null;
        }

        var count = 1;
        for (var rung = least * reduction; rung <= most; rung *= reduction)
        {
            count++;
        }

        return new Brackets(count, reduction);
    }

    /// <summary>A set's bracket.</summary>
    public int Of(int set)
    {
        var place = set * Golden % 1;
        for (var bracket = 0; bracket < _shares.Length - 1; bracket++)
        {
            place -= _shares[bracket];
            if (place < 0)
            {
                return bracket;
            }
        }

        return _shares.Length - 1;
    }
}
