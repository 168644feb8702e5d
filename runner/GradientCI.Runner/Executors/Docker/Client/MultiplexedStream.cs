using System.Buffers.Binary;
using System.Text;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>The output of a container: frames of a header of eight bytes and so many bytes of one of its streams.</summary>
/// <remarks>The bytes are given out where they were read to, without a copy; they are good until the next read. For one reader.</remarks>
/// <param name="stream">The frames.</param>
/// <param name="owner">Disposed with it.</param>
/// <param name="brokenOff">Makes the exception of a stream that broke off.</param>
/// <param name="isStamped">Whether each frame begins with a time and a space, which are no output.</param>
internal sealed class MultiplexedStream(Stream stream, IDisposable owner, Func<Exception, DockerApiException> brokenOff, bool isStamped = false)
    : IAsyncDisposable, IDisposable
{
    private const int HeaderLength = 8;
    private const int LongestStamp = 64;
    private readonly byte[] _buffer = new byte[128 << 10];
    private readonly byte[] _header = new byte[HeaderLength];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private byte[] _stamp = new byte[LongestStamp];
    private byte[] _stampBefore = new byte[LongestStamp];
    private int _stampHeld;
    private int _stampBeforeHeld;
    private bool _awaitsStamp;
    private int _headerHeld;
    private int _payloadLeft;

    /// <summary>The times of the last two frames, as the Engine writes them; null for one that there is not.</summary>
    public (string? Before, string? Last) LastStamps => (TextOf(_stampBefore, _stampBeforeHeld), TextOf(_stamp, _stampHeld));

    /// <summary>Waits for more.</summary>
    /// <returns>The pieces of output that came, in order; null at the end.</returns>
    /// <exception cref="DockerApiException">The stream broke off within a frame, or with its connection.</exception>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>?> ReadOutputAsync(CancellationToken cancellationToken)
    {
        int count;
        try
        {
            count = await stream.ReadAsync(_buffer, cancellationToken);
            if (count == 0 && (_headerHeld > 0 || _payloadLeft > 0))
            {
                throw new IOException("the output broke off");
            }

            Parse(_buffer.AsMemory(0, count));
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or InvalidDataException)
        {
            throw brokenOff(problem);
        }

        return count == 0 ? null : _pieces;
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        owner.Dispose();
    }

    public void Dispose()
    {
        stream.Dispose();
        owner.Dispose();
    }

    private static string? TextOf(byte[] stamp, int held) => held == 0 ? null : Encoding.UTF8.GetString(stamp, 0, held - 1);

    private void Parse(ReadOnlyMemory<byte> bytes)
    {
        _pieces.Clear();
        while (bytes.Length > 0)
        {
            var taken = _payloadLeft == 0 ? TakeHeader(bytes.Span) : _awaitsStamp ? TakeStamp(bytes.Span) : TakePayload(bytes);
            bytes = bytes[taken..];
        }
    }

    private int TakePayload(ReadOnlyMemory<byte> bytes)
    {
        var taken = Math.Min(_payloadLeft, bytes.Length);
        _pieces.Add(bytes[..taken]);
        _payloadLeft -= taken;
        return taken;
    }

    private int TakeStamp(ReadOnlySpan<byte> bytes)
    {
        var there = bytes[..Math.Min(_payloadLeft, bytes.Length)];
        var end = there.IndexOf((byte)' ');
        var taken = end < 0 ? there.Length : end + 1;
        _payloadLeft -= taken;
        if (_stampHeld + taken > LongestStamp || (end < 0 && _payloadLeft == 0))
        {
            throw new InvalidDataException("the output has no times, which were asked for");
        }

        there[..taken].CopyTo(_stamp.AsSpan(_stampHeld));
        _stampHeld += taken;
        _awaitsStamp = end < 0;
        return taken;
    }

    private int TakeHeader(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(HeaderLength - _headerHeld, bytes.Length);
        bytes[..taken].CopyTo(_header.AsSpan(_headerHeld));
        _headerHeld += taken;
        if (_headerHeld == HeaderLength)
        {
            _headerHeld = 0;
            _payloadLeft = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(4));
            if (_header[0] > 3 || _header[1] != 0 || _header[2] != 0 || _header[3] != 0 || _payloadLeft < 0)
            {
                throw new InvalidDataException("the output is not framed as Docker frames it");
            }

            if (isStamped && _payloadLeft > 0)
            {
                (_stamp, _stampBefore) = (_stampBefore, _stamp);
                (_awaitsStamp, _stampHeld, _stampBeforeHeld) = (true, 0, _stampHeld);
            }
        }

        return taken;
    }
}
