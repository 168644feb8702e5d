using System.Buffers.Binary;
using System.Text;

namespace GradientCI.Runner.Tests.Ingestion;

/// <summary>Writes TensorBoard event files from the format's description, sharing nothing with the reader under test.</summary>
/// <remarks>tensorflow/core/util/event.proto, framework/summary.proto, framework/tensor.proto, lib/io/record_writer.cc.</remarks>
internal static class EventWriter
{
    public static byte[] File(params byte[][] events) => [.. Record([.. Fixed64(1, 1.7e9), .. Bytes(3, "brain.Event:2"u8)]), .. events.SelectMany(Record)];

    /// <summary>What PyTorch and TensorFlow 1 write: a float in the value.</summary>
    public static byte[] Simple(string tag, long step, float value) =>
        Event(step, [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), .. Key(2, 5), .. BitConverter.GetBytes(value)]);

    /// <summary>What TensorFlow 2 and Keras write: a tensor, with the plugin's name.</summary>
    public static byte[] Tensor(string tag, long step, params byte[] tensor) =>
        Event(step, [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), .. Bytes(9, Bytes(1, Bytes(1, "scalars"u8))), .. Bytes(8, tensor)]);

    /// <summary>A tensor's fields: type, the sizes of its shape, and the bytes of the field that holds the value.</summary>
    public static byte[] TensorOf(int type, int[] shape, byte[] value) =>
        [.. Varint(1, (ulong)type), .. Bytes(2, [.. shape.SelectMany(size => Bytes(2, Varint(1, (ulong)size)))]), .. value];

    public static byte[] Event(long step, params byte[] value) =>
        [.. Fixed64(1, 1.7e9), .. Varint(2, (ulong)step), .. Bytes(5, Bytes(1, value))];

    public static byte[] Record(byte[] data)
    {
        var length = BitConverter.GetBytes((ulong)data.Length);
        return [.. length, .. Masked(length), .. data, .. Masked(data)];
    }

    public static byte[] Varint(int field, ulong value) => [.. Key(field, 0), .. Number(value)];

    public static byte[] Bytes(int field, ReadOnlySpan<byte> content) => [.. Key(field, 2), .. Number((ulong)content.Length), .. content];

    public static byte[] Number(ulong value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Number(value >> 7)];

    public static byte[] Masked(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var part in data)
        {
            crc ^= part;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
            }
        }

        crc = ~crc;
        var masked = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(masked, ((crc >> 15) | (crc << 17)) + 0xA282EAD8u);
        return masked;
    }

    private static byte[] Key(int field, int type) => Number((ulong)((field << 3) | type));

    private static byte[] Fixed64(int field, double value) => [.. Key(field, 1), .. BitConverter.GetBytes(value)];
}
