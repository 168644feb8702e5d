using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Ingestion;

/// <summary>A TensorBoard event file, read while it is written.</summary>
/// <remarks>
/// TFRecord framing (tensorflow/core/lib/io/record_writer.cc): length (8 bytes), its checksum (4), data, its checksum
/// (4), little-endian. A record that is not all there yet waits for the next time.
/// </remarks>
internal sealed class EventFile(WorkspaceFiles workspace, SourcePosition position, string prefix, SeriesTable points)
{
    private const int HeaderLength = 12;
    private const int FrameLength = HeaderLength + 4;
    private const int FirstBuffer = 1 << 16;

    /// <summary>Longer records hold graphs and pictures, never scalars: they are passed over unread.</summary>
    private const int LongestRecord = 1 << 20;

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(prefix);
    private long _offset = position.Offset;
    private long _records = position.Row;

    public SourcePosition Position => position with { Offset = _offset, Row = _records };

    /// <summary>What is wrong with the file, or null.</summary>
    public string? Notice { get; private set; }

    /// <summary>Adds the scalars of new records, pausing after every block.</summary>
    public IEnumerable<long> Read(bool isComplete)
    {
        using var file = position.IsClosed || Notice is not null ? null : workspace.Open(Position.Path);
        if (file is null)
        {
            yield break;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            while (ReadBlock(file, ref buffer))
            {
                yield return _offset;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (isComplete && Notice is null && _offset < RandomAccess.GetLength(file))
        {
            Notice = $"The event file {position.Path} ends in the middle of record {_records + 1}.";
        }
    }

    private bool ReadBlock(SafeFileHandle file, ref byte[] buffer)
    {
        var start = _offset;
        var read = RandomAccess.Read(file, buffer, _offset);
        var rest = (ReadOnlySpan<byte>)buffer.AsSpan(0, read);
        while (TryReadLength(rest, out var length))
        {
            if (length > LongestRecord)
            {
                return TryPass(length, RandomAccess.GetLength(file)) || _offset > start;
            }

            var frame = FrameLength + (int)length;
            if (rest.Length < frame)
            {
                break;
            }

            if (!MaskedCrc.Guards(rest[HeaderLength..frame]) || !EventRecord.TryRead(rest[HeaderLength..(frame - 4)], Take))
            {
                SayCorrupt();
                return false;
            }

            (_offset, _records) = (_offset + frame, _records + 1);
            rest = rest[frame..];
        }

        return Notice is null && (_offset > start || TryGrow(ref buffer, read));
    }

    private bool TryReadLength(ReadOnlySpan<byte> rest, out ulong length)
    {
        length = 0;
        if (rest.Length < HeaderLength)
        {
            return false;
        }

        length = BinaryPrimitives.ReadUInt64LittleEndian(rest);
        if (!MaskedCrc.Guards(rest[..HeaderLength]))
        {
            SayCorrupt();
        }

        return Notice is null;
    }

    private bool TryPass(ulong length, long end)
    {
        if (end < _offset + FrameLength || length > (ulong)(end - _offset - FrameLength))
        {
            return false;
        }

        (_offset, _records) = (_offset + FrameLength + (long)length, _records + 1);
        return true;
    }

    private void Take(ReadOnlySpan<byte> tag, double step, double value)
    {
        if (_prefix.Length == 0)
        {
            points.Add(tag, step, value);
        }
        else if (tag.Length <= 1_000)
        {
            points.Add((byte[])[.. _prefix, .. tag], step, value);
        }
    }

    private void SayCorrupt() =>
        Notice = $"The event file {position.Path} is corrupt after {_records} records: its further points are missing.";

    // Only a record that fills the whole buffer needs a larger one; a shorter rest is the file's end.
    private static bool TryGrow(ref byte[] buffer, int filled)
    {
        if (filled < buffer.Length)
        {
            return false;
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        return true;
    }
}
