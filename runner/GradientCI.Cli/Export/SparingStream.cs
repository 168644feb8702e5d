using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Export;

/// <summary>Writes to a disk as long as that has its reserve.</summary>
/// <param name="target">Where to; disposed of with this.</param>
/// <param name="reserve">What must stay free, or null for a disk that nobody else needs.</param>
internal sealed class SparingStream(Stream target, DiskReserve? reserve) : Stream
{
    // How far the reserve can be touched by each that is written.
    private const int BytesPerLook = 4 << 20;

    private long _beforeLook;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Look(buffer.Length);
        target.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Look(buffer.Length);
        return target.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => target.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await target.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            target.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Look(int bytes)
    {
        _beforeLook -= bytes;
        if (_beforeLook >= 0 || reserve is null)
        {
            return;
        }

        _beforeLook = BytesPerLook;
        if (reserve.Shortage() is { } shortage)
        {
            throw new GradientException(
                FailureKind.Environment, $"{shortage}: nothing is exported onto it until there is room.", "Free some space there; see what may go with: gradientci prune");
        }
    }
}
