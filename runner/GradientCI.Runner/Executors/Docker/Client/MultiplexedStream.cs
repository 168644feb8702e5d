using System.Buffers.Binary;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>The output of a container: frames of a header of eight bytes and so many bytes of one of its streams.</summary>
/// <remarks>The bytes are given out where they were read to, without a copy; they are good until the next read. For one reader.</remarks>
internal sealed class MultiplexedStream(Stream stream, IDisposable owner, Func<Exception, DockerApiException> brokenOff) : IAsyncDisposable, IDisposable
{
    private const int HeaderLength = 8;
    private readonly byte[] _buffer = new byte[128 << 10];
    private readonly byte[] _header = new byte[HeaderLength];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private int _headerHeld;
    private int _payloadLeft;

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

    private void Parse(ReadOnlyMemory<byte> bytes)
    {
        _pieces.Clear();
        while (bytes.Length > 0)
        {
            var taken = _payloadLeft > 0 ? TakePayload(bytes) : TakeHeader(bytes.Span);
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
        }

        return taken;
    }
}
