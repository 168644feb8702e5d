using System.Buffers.Binary;

namespace GradientCI.Runner.Ingestion;

/// <summary>Reads TensorFlow's <c>TensorProto</c> when it holds one number.</summary>
/// <remarks>Fields and types as in tensorflow/core/framework/tensor.proto, tensor_shape.proto and types.proto.</remarks>
internal static class ScalarTensor
{
    /// <summary>Reads the value; false when the tensor is none, holds another count of elements, or no numbers.</summary>
    public static bool TryRead(ReadOnlySpan<byte> tensor, out double value)
    {
        value = double.NaN;
        var type = 0UL;
        var isScalar = true;
        ReadOnlySpan<byte> content = default, list = default;
        var single = 0UL;
        var valueField = 0;
        var reader = new ProtoReader(tensor);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    type = reader.Number;
                    break;
                case 2:
                    isScalar = HasOneElement(reader.Bytes);
                    break;
                case 4:
                    content = reader.Bytes;
                    break;
                case 5 or 6 or 7 or 10 or 13 or 16 or 17:
                    (valueField, single) = (reader.Field, reader.Number);
                    list = reader.Bytes;
                    break;
            }
        }

        if (reader.IsBroken || !isScalar)
        {
            return false;
        }

        return valueField == 0 ? TryReadContent(type, content, out value) : TryReadField(type, valueField, list, single, out value);
    }

    private static bool HasOneElement(ReadOnlySpan<byte> shape)
    {
        var dimensions = new ProtoReader(shape);
        while (dimensions.Read())
        {
            var dimension = new ProtoReader(dimensions.Bytes);
            var size = 0UL;
            while (dimensions.Field == 2 && dimension.Read())
            {
                size = dimension.Field == 1 ? dimension.Number : size;
            }

            if (dimensions.Field is not 2 || size != 1)
            {
                return false;
            }
        }

        return !dimensions.IsBroken;
    }

    // Repeated numbers come packed, or one by one from old writers: then the number itself was read.
    private static bool TryReadField(ulong type, int field, ReadOnlySpan<byte> list, ulong single, out double value)
    {
        if (field is 5 or 6)
        {
            return TryReadContent(type, list, out value);
        }

        value = double.NaN;
        if (!list.IsEmpty)
        {
            Span<byte> asMessage = stackalloc byte[11];
            if (list.Length > 10)
            {
                return false;
            }

            // A packed list of one varint reads like a message of one varint field.
            asMessage[0] = 1 << 3;
            list.CopyTo(asMessage[1..]);
            var reader = new ProtoReader(asMessage[..(list.Length + 1)]);
            if (!reader.Read() || reader.Read() || reader.IsBroken)
            {
                return false;
            }

            single = reader.Number;
        }

        return TryConvert(type, single, out value);
    }

    private static bool TryReadContent(ulong type, ReadOnlySpan<byte> content, out double value)
    {
        Span<byte> wide = stackalloc byte[8];
        var size = type switch { 2 or 9 or 23 => 8, 1 or 3 or 22 => 4, 5 or 14 or 17 or 19 => 2, 4 or 6 => 1, _ => 0 };
        value = double.NaN;
        if (size == 0 || content.Length != size)
        {
            return false;
        }

        content.CopyTo(wide);
        return TryConvert(type, BinaryPrimitives.ReadUInt64LittleEndian(wide), out value);
    }

    private static bool TryConvert(ulong type, ulong bits, out double value)
    {
        double? number = type switch
        {
            1 => BitConverter.UInt32BitsToSingle((uint)bits),
            2 => BitConverter.UInt64BitsToDouble(bits),
            3 => (int)bits,
            4 => (byte)bits,
            5 => (short)bits,
            6 => (sbyte)bits,
            9 => (long)bits,
            14 => BitConverter.UInt32BitsToSingle((uint)bits << 16),
            17 => (ushort)bits,
            19 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
            22 => (uint)bits,
            23 => bits,
            _ => null,
        };
        value = number ?? double.NaN;
        return number is not null;
    }
}
