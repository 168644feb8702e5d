using System.Runtime.InteropServices;

namespace GradientCI.Pruners;

/// <summary>What is to be made small of a parameter set: one number per objective, infinite where the value was not finite.</summary>
/// <remarks>With one objective it is that number and nothing beside: ten thousand curves hold some million of these.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Losses
{
    private readonly double[]? _further;

    /// <summary>Of these numbers, at least one.</summary>
    public Losses(ReadOnlySpan<double> losses) => (First, _further) = (losses[0], losses.Length > 1 ? losses[1..].ToArray() : null);

    /// <summary>Of the first objective.</summary>
    public double First { get; }

    /// <summary>How many objectives there are.</summary>
    public int Count => 1 + (_further?.Length ?? 0);

    /// <summary>Whether all are.</summary>
    public bool IsFinite => double.IsFinite(First) && (_further is null || Array.TrueForAll(_further, double.IsFinite));

    /// <summary>Of an objective, by its place.</summary>
    public double this[int at] => at == 0 ? First : _further![at - 1];

    /// <summary>Worse than everything.</summary>
    public static Losses Infinite(int count)
    {
        Span<double> losses = stackalloc double[count];
        losses.Fill(double.PositiveInfinity);
        return new Losses(losses);
    }

    /// <summary>The mean over some.</summary>
    /// <param name="sum">Their sum.</param>
    /// <param name="count">How many they are.</param>
    public static Losses Mean(Losses sum, int count) => Each(sum, sum, (loss, _) => loss / count);

    /// <summary>The sum of two.</summary>
    public static Losses operator +(Losses one, Losses other) => Each(one, other, (left, right) => left + right);

    /// <summary>As an array.</summary>
    public double[] ToArray() => _further is null ? [First] : [First, .. _further];

    private static Losses Each(Losses one, Losses other, Func<double, double, double> made)
    {
        Span<double> losses = stackalloc double[one.Count];
        for (var at = 0; at < losses.Length; at++)
        {
            losses[at] = made(one[at], other[at]);
        }

        return new Losses(losses);
    }
}
