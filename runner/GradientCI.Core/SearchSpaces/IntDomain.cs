namespace GradientCI.SearchSpaces;

/// <summary>A whole number between two bounds, both included.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound, not below the lower.</param>
/// <param name="Scale">Linear or log.</param>
/// <param name="Step">Distance between neighbours from <paramref name="Low"/> on, at least 1.</param>
public sealed record IntDomain(long Low, long High, Scale Scale = Scale.Linear, long Step = 1) : ParameterDomain
{
    /// <inheritdoc/>
    public override long? Count => Last >= long.MaxValue ? long.MaxValue : (long)Last + 1;

    // The greatest index. Distances have up to 64 bits, more than a long holds; 128 are slow to come alive.
    private ulong Last => Distance(High) / (ulong)Step;

    /// <inheritdoc/>
    public override ParameterValue At(long index) => Value((ulong)index);

    /// <inheritdoc/>
    public override long IndexOf(ParameterValue value)
    {
        if (value.Kind != ParameterKind.Integer || value.AsInteger < Low || value.AsInteger > High)
        {
            return -1;
        }

        var (index, rest) = Math.DivRem(Distance(value.AsInteger), (ulong)Step);
        return rest == 0 ? (long)Math.Min(long.MaxValue, index) : -1;
    }

    /// <inheritdoc/>
    public override ParameterValue Draw(double unit)
    {
        if (Scale == Scale.Linear)
        {
            // A draw has 53 bits: the product is exact, and its upper part below the count.
            return Value((ulong)((((UInt128)Last + 1) * (ulong)(unit * (1L << 53))) >> 53));
        }

        // Half a step is added on either side, so that the end points are as likely as their neighbours.
        double low = Math.Log(Low - 0.5), high = Math.Log(High + 0.5);
        var value = Math.Exp(low + (unit * (high - low)));
        return Value(Math.Min((ulong)Math.Max(0, Math.Round((value - Low) / Step)), Last));
    }

    /// <inheritdoc/>
    public override UnitInterval UnitsOf(ParameterValue value)
    {
        var index = Math.Min(Last, Distance(Math.Clamp(value.AsInteger, Low, High)) / (ulong)Step);
        if (Scale == Scale.Linear)
        {
            return UnitInterval.Slice(index, Last + 1.0);
        }

        double low = Math.Log(Low - 0.5), high = Math.Log(High + 0.5), middle = Low + ((double)index * Step);
        return new UnitInterval(
            index == 0 ? 0 : (Math.Log(middle - (Step / 2.0)) - low) / (high - low),
            index == Last ? 1 : (Math.Log(middle + (Step / 2.0)) - low) / (high - low));
    }

    private ulong Distance(long value) => (ulong)value - (ulong)Low;

    private ParameterValue Value(ulong index) => ParameterValue.Of((long)((ulong)Low + (index * (ulong)Step)));
}
