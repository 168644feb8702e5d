using System.Collections.Immutable;

namespace GradientCI.SearchSpaces;

/// <summary>How distances in a numeric domain are measured.</summary>
public enum Scale
{
    /// <summary>Equal differences are equally far.</summary>
    Linear,

    /// <summary>Equal ratios are equally far; the lower bound is above zero.</summary>
    Log,
}

/// <summary>The values that a hyperparameter may take.</summary>
public abstract record ParameterDomain
{
    /// <summary>How many values there are, or null for a continuum.</summary>
    public abstract long? Count { get; }

    /// <summary>The value at a position of a finite domain.</summary>
    /// <exception cref="InvalidOperationException">The domain is a continuum.</exception>
    public abstract ParameterValue At(long index);

    /// <summary>The value that a uniform draw stands for.</summary>
    /// <param name="unit">In [0, 1).</param>
    public abstract ParameterValue Draw(double unit);

    /// <summary>Whether the value is one of the domain's.</summary>
    public abstract bool Contains(ParameterValue value);
}

/// <summary>A real number between two bounds, both included.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound, not below the lower.</param>
/// <param name="Scale">Linear or log.</param>
/// <param name="Step">Distance between neighbours from <paramref name="Low"/> on, or null for a continuum.</param>
public sealed record FloatDomain(double Low, double High, Scale Scale = Scale.Linear, double? Step = null) : ParameterDomain
{
    /// <inheritdoc/>
    public override long? Count =>
        Low == High ? 1 : Step is { } step ? (long)Math.Min(long.MaxValue / 2, Math.Floor(((High - Low) / step) + 1e-9) + 1) : null;

    /// <inheritdoc/>
    public override ParameterValue At(long index) => Count is null
        ? throw new InvalidOperationException("A continuum has no positions.")
        : ParameterValue.Of(Rounded(index));

    /// <inheritdoc/>
    public override ParameterValue Draw(double unit) => Count is { } count
        ? At(Scale == Scale.Log ? Nearest(Spread(unit), count) : Math.Min(count - 1, (long)(unit * count)))
        : ParameterValue.Of(Math.Clamp(Spread(unit), Low, High));

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value) =>
        value.IsNumeric && value.AsDouble >= Low && value.AsDouble <= High
        && (Count is not { } count || Rounded(Nearest(value.AsDouble, count)) == value.AsDouble);

    private double Spread(double unit) => Scale == Scale.Log
        ? Math.Exp(Math.Log(Low) + (unit * (Math.Log(High) - Math.Log(Low))))
        : Low + (unit * (High - Low));

    private long Nearest(double value, long count) =>
        Step is { } step ? Math.Clamp((long)Math.Round((value - Low) / step), 0, count - 1) : 0;

    // 0.1 + 2 × 0.1 is 0.30000000000000004; nobody wants to read that in a report, so steps are taken in decimal
    // where decimal can hold them.
    private double Rounded(long index)
    {
        var step = Step ?? 0;
        return Math.Abs(Low) < 1e15 && Math.Abs(High) < 1e15 && step is 0 or >= 1e-12
            ? Math.Min((double)((decimal)Low + ((decimal)step * index)), High)
            : Math.Min(Low + (step * index), High);
    }
}

/// <summary>A whole number between two bounds, both included.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound, not below the lower.</param>
/// <param name="Scale">Linear or log.</param>
/// <param name="Step">Distance between neighbours, at least 1.</param>
public sealed record IntDomain(long Low, long High, Scale Scale = Scale.Linear, long Step = 1) : ParameterDomain
{
    /// <inheritdoc/>
    public override long? Count => (long)((UInt128)((Int128)High - Low) / (UInt128)Step) is var steps && steps == long.MaxValue ? steps : steps + 1;

    /// <inheritdoc/>
    public override ParameterValue At(long index) => ParameterValue.Of(Low + (index * Step));

    /// <inheritdoc/>
    public override ParameterValue Draw(double unit)
    {
        var count = Count!.Value;
        if (Scale == Scale.Linear)
        {
            return At(Math.Min(count - 1, (long)(unit * count)));
        }

        // Half a step is added on either side, so that the end points are as likely as their neighbours.
        double low = Math.Log(Low - 0.5), high = Math.Log(High + 0.5);
        var value = Math.Exp(low + (unit * (high - low)));
        return At(Math.Clamp((long)Math.Round((value - Low) / Step), 0, count - 1));
    }

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value) =>
        value.Kind == ParameterKind.Integer && value.AsInteger >= Low && value.AsInteger <= High
        && (value.AsInteger - Low) % Step == 0;
}

/// <summary>One of a list of values.</summary>
/// <param name="Values">The values, each once, in the order of the manifest.</param>
public sealed record ChoiceDomain(ImmutableArray<ParameterValue> Values) : ParameterDomain
{
    /// <inheritdoc/>
    public override long? Count => Values.Length;

    /// <inheritdoc/>
    public override ParameterValue At(long index) => Values[(int)index];

    /// <inheritdoc/>
    public override ParameterValue Draw(double unit) => Values[Math.Min(Values.Length - 1, (int)(unit * Values.Length))];

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value) => Values.Contains(value);

    /// <inheritdoc/>
    public bool Equals(ChoiceDomain? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(17, HashCode.Combine);
}
