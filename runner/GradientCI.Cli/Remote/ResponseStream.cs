namespace GradientCI.Cli.Remote;

/// <summary>Bytes for whoever asked a service for a command.</summary>
internal sealed class ResponseStream(CommandResponse response) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var rest = buffer; rest.Length > 0; rest = rest[Math.Min(rest.Length, ResponseLine.LargestPiece)..])
        {
            await response.AddAsync(new ResponseLine { Bytes = rest[..Math.Min(rest.Length, ResponseLine.LargestPiece)].ToArray() });
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        for (var done = 0; done < count; done += ResponseLine.LargestPiece)
        {
            response.Add(new ResponseLine { Bytes = buffer.AsMemory(offset + done, Math.Min(count - done, ResponseLine.LargestPiece)).ToArray() });
        }
    }

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
