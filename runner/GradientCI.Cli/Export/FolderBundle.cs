using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Export;

/// <summary>A bundle as files in a folder.</summary>
/// <param name="folder">The folder, empty.</param>
/// <param name="time">The time of every file.</param>
/// <param name="scratch">See <see cref="BundleWriter"/>.</param>
/// <param name="reserve">See <see cref="BundleWriter"/>.</param>
internal sealed class FolderBundle(string folder, DateTimeOffset time, FileStream scratch, DiskReserve? reserve) : BundleWriter(scratch, reserve)
{
    protected override async Task WriteAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var file = Sparing(new FileStream(path, FileMode.CreateNew, FileAccess.Write)))
        {
            await content.CopyToAsync(file, cancellationToken);
        }

        File.SetLastWriteTimeUtc(path, time.UtcDateTime);
    }

    protected override Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
