using System.Buffers.Binary;

namespace GradientCI.Runner.Ingestion;

/// <summary>Walks over the fields of one protocol buffer message (protobuf.dev/programming-guides/encoding).</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the current field; 0 at the end.</summary>
    public int Field { get; private set; }

    /// <summary>The value of a varint or fixed field.</summary>
    public ulong Number { get; private set; }

    /// <summary>The content of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the message was broken off or is none.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Moves to the next field.</summary>
    public bool Read()
    {
        Bytes = default;
        Field = 0;
        if (_rest.IsEmpty || !TryReadVarint(out var tag))
        {
            return false;
        }

        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        return (tag & 7) switch
        {
            0 => TryReadVarint(),
            1 => TryReadFixed(8),
            2 => TryReadVarint() && TryReadBytes(),
            5 => TryReadFixed(4),
            _ => Break(),
        };
    }

    private bool TryReadVarint()
    {
        var isRead = TryReadVarint(out var value);
        Number = value;
        return isRead;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(10, _rest.Length); i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return Break();
    }

    private bool TryReadFixed(int length)
    {
        if (_rest.Length < length)
        {
            return Break();
        }

        Number = length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(_rest) : BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        Bytes = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private bool TryReadBytes()
    {
        if (Number > (ulong)_rest.Length)
        {
            return Break();
        }

        Bytes = _rest[..(int)Number];
        _rest = _rest[(int)Number..];
        return true;
    }

    private bool Break()
    {
        IsBroken = true;
        return false;
    }
}
