using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Export;

/// <summary>Where a bundle goes: it appears there whole, or not at all.</summary>
/// <param name="path">A file ending in <c>.tar.gz</c> or <c>.tgz</c>, or a folder.</param>
/// <param name="data">The data folder; its disk must keep its reserve, whoever wants a copy.</param>
internal sealed class BundleTarget(string path, DataFolder data)
{
    private const string Mark = "SHA256SUMS";
    private readonly string _draft = $"{path}.{Environment.ProcessId}.tmp";

    private bool IsArchive => path.EndsWith(".tar.gz", StringComparison.Ordinal) || path.EndsWith(".tgz", StringComparison.Ordinal);

    /// <summary>Writes the bundle beside its place and moves it there.</summary>
    /// <param name="root">The folder within an archive.</param>
    /// <param name="time">The time of every file.</param>
    /// <param name="force">Whether a bundle that is there is replaced.</param>
    /// <param name="write">Writes the files.</param>
    /// <exception cref="GradientException">Something is there already.</exception>
    public async Task<T> WriteAsync<T>(string root, DateTimeOffset time, bool force, Func<BundleWriter, Task<T>> write)
    {
        Refuse(force);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            T result;
            await using (var bundle = Open(root, time))
            {
                result = await write(bundle);
            }

            Place(force);
            return result;
        }
        finally
        {
            Remove(_draft);
        }
    }

    private BundleWriter Open(string root, DateTimeOffset time)
    {
        var isOnOurDisk = FileSystemFacts.Read(Path.GetDirectoryName(path)!).MountPoint == FileSystemFacts.Read(data.Root).MountPoint;
        var reserve = isOnOurDisk ? new DiskReserve(data.Root, new OrchestrationOptions()) : null;
        var scratch = new FileStream(
            $"{_draft}.scratch", new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        try
        {
            return IsArchive ? new TarBundle(_draft, root, time, scratch, reserve) : new FolderBundle(Directory.CreateDirectory(_draft).FullName, time, scratch, reserve);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    // A folder is replaced only when it is a bundle: --force on somebody's home must not empty it.
    private void Refuse(bool force)
    {
        if (Path.Exists(path) && !force)
        {
            throw new GradientException(FailureKind.Usage, $"{path} is already there.", "Name another place with --to, or replace it with --force.");
        }

        if (Path.Exists(path) && (IsArchive ? !File.Exists(path) : !File.Exists(Path.Combine(path, Mark))))
        {
            throw new GradientException(FailureKind.Usage, $"{path} is there, and is not an earlier export.", "Name another place with --to.");
        }
    }

    private void Place(bool force)
    {
        if (IsArchive)
        {
            File.Move(_draft, path, overwrite: force);
            return;
        }

        var old = $"{_draft}.old";
        if (force && Directory.Exists(path))
        {
            Directory.Move(path, old);
        }

        Directory.Move(_draft, path);
        Remove(old);
    }

    private static void Remove(string place)
    {
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }
        else
        {
            File.Delete(place);
        }
    }
}
