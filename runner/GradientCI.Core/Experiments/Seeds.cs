using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using GradientCI.SearchSpaces;

namespace GradientCI.Experiments;

/// <summary>Where <c>$GRADIENT_SEED</c> comes from.</summary>
public static class Seeds
{
    /// <summary>The seed of one repeat of a parameter set: not negative, 31 bits, different for every repeat.</summary>
    /// <remarks>
    /// The contract asks that it be the same for the same commit, trial and repeat. It is the same for the same
    /// parameters and repeat at every commit, which is more: the seed is part of the fingerprint, so a trial whose
    /// inputs did not change can be reused at a later commit, and a comparison of two commits sees the same chance.
    /// </remarks>
    /// <param name="sweepSeed">The sweep's seed.</param>
    /// <param name="parameters">Fixed and searched hyperparameters.</param>
    /// <param name="repeat">Which repeat, from 1.</param>
    public static int SeedFor(long sweepSeed, ParameterSet parameters, int repeat)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{sweepSeed}\n{parameters.ToCanonicalJson()}"));

        // An odd multiple added modulo 2^31 never meets itself before 2^31 repeats.
        var seed = BinaryPrimitives.ReadUInt32LittleEndian(digest) + ((uint)repeat * 0x9E3779B1u);
        return (int)(seed & int.MaxValue);
    }
}
