using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Ingestion;

/// <summary>What takes the lines of a file.</summary>
/// <param name="line">The line without its end.</param>
/// <param name="followsCarriageReturn">Whether a carriage return ended the line before.</param>
internal delegate void LineHandler(ReadOnlySpan<byte> line, bool followsCarriageReturn);

/// <summary>Cuts the new part of a growing file into lines; LF, CR and CR LF end one.</summary>
/// <remarks>
/// Its only state is <see cref="Offset"/>: what stands before it tells whether it lies inside a line that was too
/// long. So a later reader that starts there, in this process or another, goes on as if it were the same.
/// A line that is not ended waits, and is read again the next time.
/// </remarks>
internal sealed class LineReader : IDisposable
{
    /// <summary>Longer lines are passed over, in bytes.</summary>
    public const int LongestLine = 1 << 20;

    private const int FirstBuffer = 1 << 16;

    private readonly SafeFileHandle _file;
    private readonly long _end;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _waiting;
    private bool _isSkipping;
    private bool _followsCarriageReturn;

    /// <summary>Reads from an offset to where the file ended just now: a fast writer cannot hold the reader for ever.</summary>
    public LineReader(SafeFileHandle file, long offset)
    {
        _file = file;
        _end = RandomAccess.GetLength(file);
        Offset = offset;
        if (offset > 0 && RandomAccess.Read(file, _buffer.AsSpan(0, 1), offset - 1) == 1)
        {
            _followsCarriageReturn = _buffer[0] == '\r';
            _isSkipping = _buffer[0] is not ((byte)'\r' or (byte)'\n');
        }
    }

    /// <summary>All bytes before it were handed on or passed over.</summary>
    public long Offset { get; private set; }

    /// <summary>Hands on the lines that end in the next block.</summary>
    /// <returns>False when there was nothing left to read.</returns>
    public bool ReadBlock(LineHandler handle)
    {
        var wanted = Math.Min(_buffer.Length - _waiting, _end - Offset - _waiting);
        var read = wanted <= 0 ? 0 : RandomAccess.Read(_file, _buffer.AsSpan(_waiting, (int)wanted), Offset + _waiting);
        if (read == 0)
        {
            return false;
        }

        var block = _buffer.AsSpan(0, _waiting + read);
        var start = 0;
        var searched = _waiting;
        while (block[searched..].IndexOfAny((byte)'\n', (byte)'\r') is var length and >= 0)
        {
            var end = searched + length;
            if (!_isSkipping && end - start <= LongestLine)
            {
                handle(block[start..end], _followsCarriageReturn);
            }

            _followsCarriageReturn = block[end] == '\r';
            _isSkipping = false;
            start = searched = end + 1;
        }

        Keep(start, block.Length);
        return true;
    }

    /// <summary>Hands on the last line, which nothing ends. Call after <see cref="ReadBlock"/> returned false.</summary>
    public void ReadRest(LineHandler handle)
    {
        if (!_isSkipping && _waiting is > 0 and <= LongestLine)
        {
            handle(_buffer.AsSpan(0, _waiting), _followsCarriageReturn);
        }

        Offset += _waiting;
        _waiting = 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Keep(int start, int end)
    {
        _isSkipping |= end - start > LongestLine;
        Offset += _isSkipping ? end : start;
        _waiting = _isSkipping ? 0 : end - start;
        if (_waiting == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _waiting).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(start, _waiting).CopyTo(_buffer);
        }
    }
}
