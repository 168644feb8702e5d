using System.Numerics;

namespace GradientCI.Samplers.Sobol;

/// <summary>Points that fill the unit cube evenly, scrambled by a seed.</summary>
/// <remarks>
/// Owen's nested uniform scrambling ("Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995): each binary digit is
/// flipped or not by a coin that all digits before it choose. The first 2ᵏ points still have one in each of 2ᵏ equal
/// slices of every axis, no corner of the cube is favoured, and seeds differ. Beyond the dimensions of
/// <see cref="DirectionNumbers"/> coordinates are independent draws.
/// </remarks>
internal sealed class SobolSequence(long seed)
{
    private const double Unit = 1.0 / (1L << 53);

    /// <summary>One coordinate of a point, in [0, 1).</summary>
    /// <param name="index">The point's number, from 0; they begin again after 2³².</param>
    /// <param name="dimension">The axis, from 0.</param>
    public double At(long index, int dimension)
    {
        var coins = SplitMix64.For(seed, dimension).Next();
        if (dimension >= DirectionNumbers.Dimensions)
        {
            return new SplitMix64(coins ^ SplitMix64.Mix((ulong)index)).NextUnit();
        }

        var plain = Plain((uint)index, DirectionNumbers.Of(dimension));
        var scrambled = 0u;
        for (var bit = 0; bit < DirectionNumbers.Bits; bit++)
        {
            // The digits before this one, behind a leading 1 that tells 0 from 00.
            var prefix = (1UL << bit) | ((ulong)plain >> (DirectionNumbers.Bits - bit));
            var coin = (uint)(SplitMix64.Mix(coins + prefix) >> 63);
            scrambled = (scrambled << 1) | (((plain >> (DirectionNumbers.Bits - 1 - bit)) & 1) ^ coin);
        }

        // A coordinate has 53 digits; those beyond the net's are coins alone.
        var rest = SplitMix64.Mix(coins ^ plain) >> (64 - (53 - DirectionNumbers.Bits));
        return (((ulong)scrambled << (53 - DirectionNumbers.Bits)) | rest) * Unit;
    }

    private static uint Plain(uint index, ReadOnlySpan<uint> numbers)
    {
        var point = 0u;
        for (; index != 0; index &= index - 1)
        {
            point ^= numbers[BitOperations.TrailingZeroCount(index)];
        }

        return point;
    }
}
