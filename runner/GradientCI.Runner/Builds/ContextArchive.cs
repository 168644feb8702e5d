using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using GradientCI.Runner.Git;

namespace GradientCI.Runner.Builds;

/// <summary>Writes files of a commit as a tar archive, one after the other, with at most one of them on our disk.</summary>
/// <param name="repository">Where the files are.</param>
/// <param name="files">Which.</param>
/// <param name="scratch">A file that large ones pass through; removed afterwards.</param>
internal sealed class ContextArchive(GitRepository repository, ImmutableArray<TreeEntry> files, string scratch)
{
    // Read as a whole: while a blob is being read, nobody else reads from the repository, and an Engine may be slow to take it.
    private const int MostInMemory = 1 << 20;
    private const int LongestLink = 4095;

    /// <summary>The time of each file.</summary>
    /// <remarks>A commit's files have no times, and a zip archive, such as a Python package, can hold none before 1980.</remarks>
    public static readonly DateTimeOffset Time = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The folder in the archive that the files are in, or empty; with one, each folder has an entry of its own.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Writes it.</summary>
    /// <exception cref="GradientException">The repository lacks something, or the disk is full.</exception>
    /// <exception cref="IOException">The other side went away.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var folder in FoldersOf(files, Folder))
        {
            await tar.WriteEntryAsync(Described(new PaxTarEntry(TarEntryType.Directory, folder), isExecutable: true), cancellationToken);
        }

        foreach (var file in files)
        {
            if (file.Mode == TreeEntryMode.SymbolicLink)
            {
                var target = Encoding.UTF8.GetString((await repository.ReadBlobAsync(file.ObjectId, LongestLink, cancellationToken)).Span);
                await tar.WriteEntryAsync(Entry(TarEntryType.SymbolicLink, file, target), cancellationToken);
                continue;
            }

            var entry = Entry(TarEntryType.RegularFile, file, null);
            await using var content = file.Size <= MostInMemory ? await ReadAsync(file, cancellationToken) : await CopyAsync(file, cancellationToken);
            entry.DataStream = content;
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    }

    // Whoever unpacks makes what is missing as he likes.
    private static SortedSet<string> FoldersOf(ImmutableArray<TreeEntry> files, string folder)
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in folder.Length == 0 ? [] : files.Select(file => $"{folder}/{file.Path}").Append($"{folder}/"))
        {
            for (var at = path.LastIndexOf('/'); at > 0 && folders.Add(path[..at]); at = path.LastIndexOf('/', at - 1))
            {
            }
        }

        return folders;
    }

    private PaxTarEntry Entry(TarEntryType type, TreeEntry file, string? target)
    {
        var entry = Described(new PaxTarEntry(type, Folder.Length == 0 ? file.Path : $"{Folder}/{file.Path}"), file.Mode == TreeEntryMode.Executable);
        if (target is not null)
        {
            entry.LinkName = target;
        }

        return entry;
    }

    private static PaxTarEntry Described(PaxTarEntry entry, bool isExecutable)
    {
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        entry.Mode = isExecutable ? Readable | Executable : Readable;
        entry.ModificationTime = Time;
        return entry;
    }

    private async Task<Stream> ReadAsync(TreeEntry file, CancellationToken cancellationToken)
    {
        var bytes = await repository.ReadBlobAsync(file.ObjectId, MostInMemory, cancellationToken);
        return new MemoryStream(bytes.ToArray(), writable: false);
    }

    private async Task<Stream> CopyAsync(TreeEntry file, CancellationToken cancellationToken)
    {
        try
        {
            using (var handle = File.OpenHandle(scratch, FileMode.Create, FileAccess.Write))
            {
                await repository.CopyBlobAsync(file.ObjectId, handle, cancellationToken);
            }

            return new FileStream(scratch, FileMode.Open, FileAccess.Read, FileShare.None, 64 << 10, FileOptions.DeleteOnClose);
        }
        catch (IOException problem)
        {
            File.Delete(scratch);
            throw new GradientException(FailureKind.Environment, $"{scratch} cannot be written: {problem.Message.TrimEnd('.')}.", "Make room on the disk.", problem);
        }
        catch
        {
            File.Delete(scratch);
            throw;
        }
    }
}
