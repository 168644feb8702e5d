using System.Collections.Immutable;
using System.Runtime.InteropServices;

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
    /// <summary>How many values there are, at most <see cref="long.MaxValue"/>, or null for a continuum.</summary>
    public abstract long? Count { get; }

    /// <summary>The value at a position of a finite domain, from 0.</summary>
    /// <exception cref="InvalidOperationException">The domain is a continuum.</exception>
    public abstract ParameterValue At(long index);

    /// <summary>The position of a value in a finite domain; -1 for a value that is not one of the domain's.</summary>
    /// <exception cref="InvalidOperationException">The domain is a continuum.</exception>
    public abstract long IndexOf(ParameterValue value);

    /// <summary>The value that a uniform draw stands for.</summary>
    /// <param name="unit">In [0, 1).</param>
    public abstract ParameterValue Draw(double unit);

    /// <summary>The uniform draws that stand for a value: what <see cref="Draw"/> turns into it. A single point in a continuum.</summary>
    /// <param name="value">One of the domain's.</param>
    public abstract UnitInterval UnitsOf(ParameterValue value);

    /// <summary>Whether the value is one of the domain's.</summary>
    public virtual bool Contains(ParameterValue value) => IndexOf(value) >= 0;
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
    public override long IndexOf(ParameterValue value) => Values.IndexOf(value);

    /// <inheritdoc/>
    public override ParameterValue Draw(double unit) => Values[Math.Min(Values.Length - 1, (int)(unit * Values.Length))];

    /// <inheritdoc/>
    public override UnitInterval UnitsOf(ParameterValue value) => UnitInterval.Slice(IndexOf(value), Values.Length);

    /// <inheritdoc/>
    public bool Equals(ChoiceDomain? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(17, HashCode.Combine);
}

/// <summary>A piece of [0, 1].</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends, not before it begins.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UnitInterval(double From, double To)
{
    /// <summary>Half way.</summary>
    public double Middle => (From + To) / 2;

    /// <summary>How long it is.</summary>
    public double Width => To - From;

    /// <summary>One of equal slices.</summary>
    internal static UnitInterval Slice(double index, double count) => new(index / count, (index + 1) / count);
}
