using System.Numerics;

namespace GradientCI.Samplers.Grid;

/// <summary>A seeded shuffle of 0 … count - 1 that needs no memory: asked for a place, it says which index stands there.</summary>
/// <remarks>
/// A balanced Feistel network over the next power of four, walked until it lands inside (Black and Rogaway, "Ciphers
/// with arbitrary finite domains", CT-RSA 2002). At most four steps are expected. Good mixing, no cryptography.
/// </remarks>
internal sealed class IndexPermutation(long count, long seed)
{
    private const int Rounds = 8;

    private readonly int _half = Math.Max(1, (65 - BitOperations.LeadingZeroCount((ulong)Math.Max(0, count - 1))) / 2);

    /// <summary>The index at a place; both in [0, count).</summary>
    public long At(long place)
    {
        var value = (ulong)place;
        do
        {
            value = Step(value);
        }
        while (value >= (ulong)count);

        return (long)value;
    }

    private ulong Step(ulong value)
    {
        var mask = (1UL << _half) - 1;
        ulong left = value >> _half, right = value & mask;
        for (var round = 0; round < Rounds; round++)
        {
            (left, right) = (right, left ^ (SplitMix64.For(seed, round, (long)right).Next() & mask));
        }

        return (left << _half) | right;
    }
}
