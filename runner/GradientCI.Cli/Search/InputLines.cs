using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace GradientCI.Cli.Search;

/// <summary>The lines of a stream, none of which is kept beyond a limit.</summary>
/// <param name="input">The stream.</param>
/// <param name="limit">The most bytes of a line.</param>
internal sealed class InputLines(Stream input, int limit)
{
    private readonly PipeReader _pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true));
    private bool _isSkipping;

    /// <summary>The next line; null at the end.</summary>
    public async ValueTask<InputLine?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _pipe.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Take(buffer.Slice(0, end), isWhole: true);
                _pipe.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted)
            {
                var last = buffer.IsEmpty && !_isSkipping ? (InputLine?)null : Take(buffer, isWhole: false);
                _pipe.AdvanceTo(buffer.End);
                return last;
            }

            _isSkipping |= buffer.Length > limit;
            _pipe.AdvanceTo(_isSkipping ? buffer.End : buffer.Start, buffer.End);
        }
    }

    private InputLine Take(ReadOnlySequence<byte> bytes, bool isWhole)
    {
        var isTooLong = _isSkipping || bytes.Length > limit;
        _isSkipping = false;
        return new InputLine(isTooLong ? ReadOnlyMemory<byte>.Empty : bytes.ToArray(), isTooLong, isWhole);
    }
}

/// <summary>A line without its end.</summary>
/// <param name="Bytes">The line; empty when it is too long.</param>
/// <param name="IsTooLong">Whether it is longer than is read.</param>
/// <param name="IsWhole">Whether a line end came after it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct InputLine(ReadOnlyMemory<byte> Bytes, bool IsTooLong, bool IsWhole)
{
    /// <summary>Whether there is nothing on it but blanks.</summary>
    public bool IsBlank => !IsTooLong && Bytes.Span.Trim(" \t\r"u8).IsEmpty;
}
