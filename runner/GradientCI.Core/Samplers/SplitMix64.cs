namespace GradientCI.Samplers;

/// <summary>A small generator whose numbers are the same on every machine and in every version of .NET.</summary>
/// <remarks>
/// SplitMix64 of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014), in the
/// public-domain form of Vigna (https://prng.di.unimi.it/splitmix64.c). System.Random may change its algorithm,
/// and a sweep that is continued next year must go on as it began.
/// </remarks>
internal struct SplitMix64(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>A generator of its own for every combination of numbers.</summary>
    public static SplitMix64 For(long seed, long index, long attempt = 0) =>
        new(Mix(Mix(Mix((ulong)seed + Golden) ^ (ulong)index) + Golden ^ (ulong)attempt));

    /// <summary>Scatters the bits of a number; a bijection.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(_state += Golden);

    /// <summary>The next number in [0, 1), of 53 bits.</summary>
    public double NextUnit() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>The next whole number in [0, <paramref name="bound"/>), by Lemire's multiplication.</summary>
    public long NextBelow(long bound) => (long)Math.BigMul(Next(), (ulong)bound, out _);
}
