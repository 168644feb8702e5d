using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GradientCI.Experiments;

/// <summary>SHA-256 over a sequence of values. Every text carries its length, so that no two sequences run together.</summary>
public sealed class DigestBuilder : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a number.</summary>
    public DigestBuilder Add(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _hash.AppendData(bytes);
        return this;
    }

    /// <summary>Adds a text; null is not the same as empty.</summary>
    public DigestBuilder Add(string? text)
    {
        // UTF-16 as it is: an encoder would make one of two different broken texts.
        Add(text?.Length ?? -1);
        _hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        return this;
    }

    /// <summary>The digest, 64 hexadecimal digits; the builder starts afresh.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
