using System.Security.Cryptography;
using System.Text;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Export;

/// <summary>Takes the files of a bundle one after the other, and closes it with the digests of all of them.</summary>
/// <param name="scratch">An empty file for what is made on the fly: its length must be known before it is written.</param>
/// <param name="reserve">What must stay free of the disk that is written to, or null.</param>
internal abstract class BundleWriter(FileStream scratch, DiskReserve? reserve) : IAsyncDisposable
{
    private readonly StringBuilder _digests = new();

    /// <summary>Adds a text.</summary>
    public Task AddAsync(string name, string text, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return AddAsync(name, new MemoryStream(bytes), bytes.Length, cancellationToken);
    }

    /// <summary>Adds what a function writes, of any length.</summary>
    public async Task AddAsync(string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        scratch.SetLength(0);
        await write(Sparing(scratch));
        await AddAsync(name, scratch, scratch.Position, cancellationToken);
    }

    /// <summary>Adds the first bytes of a stream.</summary>
    /// <param name="name">A path with plain segments between slashes.</param>
    /// <param name="content">The stream; it may grow meanwhile.</param>
    /// <param name="length">How many bytes of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddAsync(string name, Stream content, long length, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        content.Position = 0;
        await WriteAsync(name, new HashedStream(content, length, digest), cancellationToken);
        _digests.Append(Convert.ToHexStringLower(digest.GetHashAndReset())).Append("  ").Append(name).Append('\n');
    }

    /// <summary>Adds the digests, and finishes.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await AddAsync("SHA256SUMS", _digests.ToString(), cancellationToken);
        await FinishAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync() => scratch.DisposeAsync();

    /// <summary>A file that is written as long as there is room.</summary>
    protected Stream Sparing(FileStream file) => new SparingStream(file, reserve);

    /// <summary>Writes one file.</summary>
    protected abstract Task WriteAsync(string name, Stream content, CancellationToken cancellationToken);

    /// <summary>Writes what stands at the end.</summary>
    protected abstract Task FinishAsync(CancellationToken cancellationToken);
}
