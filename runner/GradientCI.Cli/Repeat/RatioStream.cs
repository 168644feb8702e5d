namespace GradientCI.Cli.Repeat;

/// <summary>What an archive unpacks to, as long as it is not far more than the archive.</summary>
/// <param name="plain">What is unpacked.</param>
/// <param name="packed">The archive, of which the position tells how much was read.</param>
/// <param name="allowance">So many bytes are never too many.</param>
/// <param name="mostRatio">Beyond it, so many bytes for each of the archive.</param>
internal sealed class RatioStream(Stream plain, Stream packed, long allowance, int mostRatio) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => Count(plain.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await plain.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Count(int read)
    {
        _read += read;
        return _read <= allowance || _read / mostRatio <= packed.Position ? read : throw new InvalidDataException("it unpacks to far more than it is.");
    }
}
