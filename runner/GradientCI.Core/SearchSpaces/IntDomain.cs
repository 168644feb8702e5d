namespace GradientCI.SearchSpaces;

/// <summary>A whole number between two bounds, both included.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound, not below the lower.</param>
/// <param name="Scale">Linear or log.</param>
/// <param name="Step">Distance between neighbours from <paramref name="Low"/> on, at least 1.</param>
public sealed record IntDomain(long Low, long High, Scale Scale = Scale.Linear, long Step = 1) : ParameterDomain
{
    /// <inheritdoc/>
    public override long? Count => (long)Int128.Min(long.MaxValue, WholeCount);

    // Up to 2^64, beyond what a long holds.
    private Int128 WholeCount => (((Int128)High - Low) / Step) + 1;

    /// <inheritdoc/>
    public override ParameterValue At(long index) => Value(index);

    /// <inheritdoc/>
    public override long IndexOf(ParameterValue value)
    {
        if (value.Kind != ParameterKind.Integer || value.AsInteger < Low || value.AsInteger > High)
        {
            return -1;
        }

        var (index, rest) = Int128.DivRem((Int128)value.AsInteger - Low, Step);
        return rest == 0 ? (long)Int128.Min(long.MaxValue, index) : -1;
    }

    /// <inheritdoc/>
    public override ParameterValue Draw(double unit)
    {
        if (Scale == Scale.Linear)
        {
            // A draw has 53 bits: the product is exact, and its upper part below the count.
            return Value(((Int128)(unit * (1L << 53)) * WholeCount) >> 53);
        }

        // Half a step is added on either side, so that the end points are as likely as their neighbours.
        double low = Math.Log(Low - 0.5), high = Math.Log(High + 0.5);
        var value = Math.Exp(low + (unit * (high - low)));
        return Value(Int128.Clamp((Int128)Math.Round((value - Low) / Step), 0, WholeCount - 1));
    }

    private ParameterValue Value(Int128 index) => ParameterValue.Of((long)(Low + (index * Step)));
}
