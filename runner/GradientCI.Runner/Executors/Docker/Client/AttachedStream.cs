namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>The input and output of a program in a container, as one stream of bytes both ways.</summary>
internal sealed class AttachedStream : Stream
{
    private readonly Stream _raw;
    private readonly MultiplexedStream _output;
    private IReadOnlyList<ReadOnlyMemory<byte>> _pieces = [];
    private int _piece;
    private int _taken;

    /// <param name="raw">The connection: bytes in, frames out.</param>
    /// <param name="owner">Disposed with it.</param>
    /// <param name="brokenOff">Makes the exception of a connection that broke off.</param>
    public AttachedStream(Stream raw, IDisposable owner, Func<Exception, DockerApiException> brokenOff)
    {
        _raw = raw;
        _output = new MultiplexedStream(raw, owner, brokenOff);
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_piece == _pieces.Count)
        {
            if (await NextAsync(cancellationToken) is not { } pieces)
            {
                return 0;
            }

            (_pieces, _piece, _taken) = (pieces, 0, 0);
        }

        var rest = _pieces[_piece][_taken..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _taken += count;
        if (_taken == _pieces[_piece].Length)
        {
            (_piece, _taken) = (_piece + 1, 0);
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _raw.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _raw.FlushAsync(cancellationToken);

    public override void Flush() => _raw.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _output.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _output.ReadOutputAsync(cancellationToken);
        }
        catch (DockerApiException problem)
        {
            throw new IOException(problem.Message, problem);
        }
    }
}
