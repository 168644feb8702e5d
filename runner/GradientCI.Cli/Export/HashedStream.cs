using System.Security.Cryptography;

namespace GradientCI.Cli.Export;

/// <summary>The first bytes of a stream, digested as they are read.</summary>
internal sealed class HashedStream(Stream content, long length, IncrementalHash digest) : Stream
{
    private long _position;

    public override bool CanRead => true;

    // It is not moved; that it says so is how writers learn its length.
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        return Note(buffer, wanted, content.Read(buffer[..wanted]));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        var read = await content.ReadAsync(buffer[..wanted], cancellationToken);
        return Note(buffer.Span, wanted, read);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Note(ReadOnlySpan<byte> buffer, int wanted, int read)
    {
        if (read == 0 && wanted > 0)
        {
            throw new IOException("A file became shorter while it was exported.");
        }

        digest.AppendData(buffer[..read]);
        _position += read;
        return read;
    }
}
