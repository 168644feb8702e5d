using System.Formats.Tar;
using System.Net;
using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>What a setup made or changed in its working copy of the commit, put aside in its image for the trials' own copies.</summary>
/// <remarks>
/// The Engine packs the working copy, and unpacks what is left of it in the same container: nothing of it is ever a file of ours but
/// the archive itself, so its names and links lead nowhere else than the setup could go by itself.
/// </remarks>
/// <param name="containers">Of the Engine.</param>
/// <param name="setup">What was run.</param>
/// <param name="owner">Whose they become: as whom trials run, who could not give them away when they copy them.</param>
internal sealed class MadeFiles(ContainerOperations containers, ImageSetup setup, (int User, int Group) owner)
{
    /// <summary>The most bytes: each trial gets a copy of them.</summary>
    public const long MaxBytes = 2L << 30;

    private const int MaxEntries = 500_000;
    private const int LongestName = 4_096;
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode EntryForAll = ForAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    private static readonly string Root = ImageSetup.Workspace[(ImageSetup.Workspace.LastIndexOf('/') + 1)..] + "/";
    private static readonly string Target = ImageSetup.Made.TrimStart('/') + "/";

    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(setup.Files.Keys.SelectMany(FoldersOf), StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Puts them aside; the container has ended.</summary>
    /// <exception cref="DockerApiException">The Engine broke off.</exception>
    /// <exception cref="GradientException">There is too much, or something that no copy can be made of.</exception>
    /// <exception cref="IOException">Our disk is full.</exception>
    public async Task KeepAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await PackAsync(id, cancellationToken);
            if (_kept.Count > 0)
            {
                await containers.ExtractArchiveToContainerAsync(id, "/", SendAsync, cancellationToken);
            }
        }
        catch (Exception problem) when (problem is HttpIOException or InvalidDataException or EndOfStreamException)
        {
            throw DockerApiException.Refused(HttpStatusCode.InternalServerError, $"the archive of the setup's files broke off ({problem.Message.TrimEnd('.')})");
        }
        finally
        {
            File.Delete(setup.Scratch);
        }
    }

    private async Task SendAsync(Stream output, CancellationToken cancellationToken)
    {
        await using var packed = File.OpenRead(setup.Scratch);
        await packed.CopyToAsync(output, cancellationToken);
    }

    private async Task PackAsync(string id, CancellationToken cancellationToken)
    {
        await using var archive = await containers.GetArchiveFromContainerAsync(id, ImageSetup.Workspace, cancellationToken);
        await using var packed = new FileStream(setup.Scratch, FileMode.Create, FileAccess.Write, FileShare.None);
        await using var made = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true);
        await using var reader = new TarReader(archive);
        await made.WriteEntryAsync(OwnFolder(Target), cancellationToken);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.Name.StartsWith(Root, StringComparison.Ordinal) && entry.Name[Root.Length..].TrimEnd('/') is { Length: > 0 } path && CopyOf(entry, path) is { } copy)
            {
                await AddFoldersAsync(path, made, cancellationToken);
                Count(path, entry.Length);
                if (copy.EntryType == TarEntryType.RegularFile)
                {
                    copy.DataStream = entry.DataStream;
                }

                (copy.Uid, copy.Gid) = owner;
                await made.WriteEntryAsync(copy, cancellationToken);
            }
        }
    }

    /// <returns>What is put aside; null for what is the commit's, and for what is neither file, folder nor link.</returns>
    private PaxTarEntry? CopyOf(TarEntry entry, string path)
    {
        if (path.Length > LongestName || path.Contains('\uFFFD') || path.Split('/').Any(name => name is "" or "." or ".."))
        {
            throw Refused($"made a file whose name cannot be told: {(path.Length > 100 ? path[..100] + "…" : path)}");
        }

        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                return _kept.Contains(path) || _folders.Contains(path) ? null : Folder(Target + path, (entry.Mode & Permissions) | EntryForAll);
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile when !IsCommitted(entry, path, entry.Length):
                return new PaxTarEntry(TarEntryType.RegularFile, Target + path) { Mode = (entry.Mode & Permissions) | ForAll, ModificationTime = entry.ModificationTime };
            case TarEntryType.SymbolicLink when !IsCommitted(entry, path, null):
                return new PaxTarEntry(TarEntryType.SymbolicLink, Target + path) { LinkName = entry.LinkName };
            case TarEntryType.HardLink:
                var first = entry.LinkName.StartsWith(Root, StringComparison.Ordinal) ? entry.LinkName[Root.Length..] : "";
                return _kept.Contains(first) ? new PaxTarEntry(TarEntryType.HardLink, Target + path) { LinkName = Target + first }
                    : throw Refused($"made {path} a second name (hard link) of the commit's file {first}, which no copy of the commit has");
            default:
                return null;
        }
    }

    private bool IsCommitted(TarEntry entry, string path, long? size) =>
        setup.Files.TryGetValue(path, out var file) && entry.ModificationTime == file.Time
        && (size is null || (size == file.Size && entry.Mode.HasFlag(UnixFileMode.UserExecute) == file.IsExecutable));

    // A folder of the commit's comes along only where something in it does.
    private async Task AddFoldersAsync(string path, TarWriter made, CancellationToken cancellationToken)
    {
        foreach (var folder in FoldersOf(path).Where(_kept.Add))
        {
            await made.WriteEntryAsync(OwnFolder(Target + folder), cancellationToken);
        }
    }

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var at = path.IndexOf('/', StringComparison.Ordinal); at > 0; at = path.IndexOf('/', at + 1))
        {
            yield return path[..at];
        }
    }

    private void Count(string path, long bytes)
    {
        _kept.Add(path);
        _bytes += bytes;
        if (_bytes > MaxBytes || _kept.Count > MaxEntries)
        {
            throw Refused($"made more than {MaxBytes >> 20} MiB or {MaxEntries} files in the workspace, of which each trial would get a copy; install elsewhere in the image");
        }
    }

    private static PaxTarEntry Folder(string name, UnixFileMode mode) => new(TarEntryType.Directory, name) { Mode = mode | UnixFileMode.UserWrite };

    private PaxTarEntry OwnFolder(string name)
    {
        var folder = Folder(name, EntryForAll);
        (folder.Uid, folder.Gid) = owner;
        return folder;
    }

    private GradientException Refused(string what) => BuiltImages.Failed(setup.Run, setup.Log, $"its setup {what}", null);
}
