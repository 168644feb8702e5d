using System.Buffers.Binary;
using System.Numerics;

namespace GradientCI.Runner.Ingestion;

/// <summary>The checksum of TFRecord files: CRC-32C, turned and shifted (tensorflow/core/lib/hash/crc32c.h).</summary>
internal static class MaskedCrc
{
    public static uint Of(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (var part in data)
        {
            crc = BitOperations.Crc32C(crc, part);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    /// <summary>Whether data and the four bytes behind it belong together.</summary>
    public static bool Guards(ReadOnlySpan<byte> dataAndCrc) =>
        Of(dataAndCrc[..^4]) == BinaryPrimitives.ReadUInt32LittleEndian(dataAndCrc[^4..]);
}
