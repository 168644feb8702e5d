using System.Formats.Tar;
using System.IO.Compression;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Export;

/// <summary>A bundle as one compressed archive, whose bytes depend on its content alone.</summary>
internal sealed class TarBundle : BundleWriter
{
    private readonly string _root;
    private readonly DateTimeOffset _time;
    private readonly TarWriter _archive;

    /// <param name="path">The file, which must not be there.</param>
    /// <param name="root">The folder in the archive.</param>
    /// <param name="time">The time of every file.</param>
    /// <param name="scratch">See <see cref="BundleWriter"/>.</param>
    /// <param name="reserve">See <see cref="BundleWriter"/>.</param>
    public TarBundle(string path, string root, DateTimeOffset time, FileStream scratch, DiskReserve? reserve)
        : base(scratch, reserve)
    {
        _root = root;
        _time = time;
        var file = Sparing(new FileStream(path, FileMode.CreateNew, FileAccess.Write));
        _archive = new TarWriter(new GZipStream(file, CompressionLevel.Optimal), TarEntryFormat.Gnu);
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _archive.DisposeAsync();
        }
        finally
        {
            await base.DisposeAsync();
        }
    }

    protected override Task WriteAsync(string name, Stream content, CancellationToken cancellationToken) => _archive.WriteEntryAsync(
        new GnuTarEntry(TarEntryType.RegularFile, $"{_root}/{name}")
        {
            DataStream = content,
            ModificationTime = _time,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        },
        cancellationToken);

    protected override Task FinishAsync(CancellationToken cancellationToken) => _archive.DisposeAsync().AsTask();
}
