using System.Security.Cryptography;
using System.Text;
using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>Makes one folder equal to a commit, touching only what differs.</summary>
/// <remarks>
/// Folders are opened one inside the other without following links, so whatever a trial put in the place of a
/// folder, nothing outside is read, written or removed.
/// </remarks>
internal sealed class WorkspaceRestore(GitRepository repository, WorkspaceIndex index)
{
    private const UnixFileMode FolderMode = (UnixFileMode)0x1ED;

    private readonly List<TreeEntry> _missing = [];
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private int _kept;
    private int _verified;
    private int _removed;
    private long _bytes;

    /// <summary>Whether the index on disk is behind.</summary>
    public bool HasChangedIndex { get; private set; }

    /// <param name="root">The workspace, open.</param>
    /// <param name="tree">What it is to be.</param>
    /// <param name="cancellationToken">Stops half-way; the next restore goes on from there.</param>
    public async Task<WorkspaceStatistics> RunAsync(SafeFileHandle root, CommitTree tree, CancellationToken cancellationToken)
    {
        Reconcile(root, "", tree, cancellationToken);
        await WriteAsync(root, cancellationToken);
        var before = index.Count;
        index.KeepOnly(_wanted.Contains);
        HasChangedIndex = index.Count != before || _missing.Count > 0 || _verified > 0;
        return new WorkspaceStatistics
        {
            FilesKept = _kept,
            FilesVerified = _verified,
            FilesWritten = _missing.Count,
            BytesWritten = _bytes,
            EntriesRemoved = _removed,
        };
    }

    private void Reconcile(SafeFileHandle folder, string prefix, CommitTree tree, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in FileCalls.List(folder))
        {
            if (FileCalls.Stat(folder, name) is { } stamp)
            {
                if (tree.Folders.ContainsKey(name) ? stamp.IsFolder : IsIntact(folder, name, stamp, prefix + name, tree.Files.GetValueOrDefault(name)))
                {
                    present.Add(name);
                }
                else
                {
                    _removed += FolderRemoval.Remove(folder, name);
                }
            }
        }

        foreach (var (name, entry) in tree.Files)
        {
            _wanted.Add(prefix + name);
            if (!present.Contains(name))
            {
                _missing.Add(entry);
            }
        }

        foreach (var (name, child) in tree.Folders)
        {
            if (!present.Contains(name))
            {
                FileCalls.MakeFolder(folder, name);
            }

            using var handle = FolderRemoval.Open(folder, name);
            if (FileCalls.Stat(handle).Permissions != FolderMode)
            {
                FileCalls.SetMode(handle, FolderMode);
            }

            Reconcile(handle, $"{prefix}{name}/", child, cancellationToken);
        }
    }

    private bool IsIntact(SafeFileHandle folder, string name, FileStamp stamp, string path, TreeEntry? wanted)
    {
        if (wanted is null || index[path] is not { } known || known.Stamp != stamp || known.ObjectId != wanted.ObjectId || !HasMode(stamp, wanted.Mode))
        {
            return false;
        }

        if (stamp.Changed >= index.Clock)
        {
            if (!Holds(folder, name, wanted))
            {
                return false;
            }

            _verified++;
        }

        _kept++;
        return true;
    }

    // Opening may fail on what a trial left; then the file is written anew, so the reason does not matter.
    private static bool Holds(SafeFileHandle folder, string name, TreeEntry wanted)
    {
        try
        {
            using var digest = IncrementalHash.CreateHash(wanted.ObjectId.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
            digest.AppendData(Encoding.ASCII.GetBytes($"blob {wanted.Size}\0"));
            if (wanted.Mode == TreeEntryMode.SymbolicLink)
            {
                digest.AppendData(FileCalls.ReadLink(folder, name));
            }
            else
            {
                AppendFile(digest, folder, name);
            }

            return Convert.ToHexStringLower(digest.GetHashAndReset()) == wanted.ObjectId;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void AppendFile(IncrementalHash digest, SafeFileHandle folder, string name)
    {
        using var file = FileCalls.OpenFile(folder, name);
        var buffer = new byte[128 << 10];
        int read;
        for (long at = 0; (read = RandomAccess.Read(file, buffer, at)) > 0; at += read)
        {
            digest.AppendData(buffer, 0, read);
        }
    }

    private static bool HasMode(FileStamp stamp, TreeEntryMode mode) =>
        stamp.Mode == (int)mode || (mode == TreeEntryMode.SymbolicLink && (stamp.Mode & 0xF000) == (int)mode);

    private async Task WriteAsync(SafeFileHandle root, CancellationToken cancellationToken)
    {
        string? openPath = null;
        SafeFileHandle? open = null;
        try
        {
            foreach (var entry in _missing)
            {
                var split = entry.Path.LastIndexOf('/');
                var folderPath = split < 0 ? "" : entry.Path[..split];
                if (openPath != folderPath)
                {
                    open?.Dispose();
                    open = OpenBelow(root, folderPath);
                    openPath = folderPath;
                }

                await WriteAsync(open!, entry.Path[(split + 1)..], entry, cancellationToken);
            }
        }
        finally
        {
            open?.Dispose();
        }
    }

    private async Task WriteAsync(SafeFileHandle folder, string name, TreeEntry entry, CancellationToken cancellationToken)
    {
        index.Remove(entry.Path);
        if (entry.Mode == TreeEntryMode.SymbolicLink)
        {
            var target = await repository.ReadBlobAsync(entry.ObjectId, entry.Size, cancellationToken);
            FileCalls.MakeLink(PathText.Decode(target.Span), folder, name);
            index[entry.Path] = new WorkspaceIndex.Entry(entry.ObjectId, FileCalls.Stat(folder, name)!.Value);
            return;
        }

        using var file = FileCalls.CreateFile(folder, name, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _bytes += await repository.CopyBlobAsync(entry.ObjectId, file, cancellationToken);
        FileCalls.SetMode(file, (UnixFileMode)((int)entry.Mode & 0x1FF));
        index[entry.Path] = new WorkspaceIndex.Entry(entry.ObjectId, FileCalls.Stat(file));
    }

    private static SafeFileHandle OpenBelow(SafeFileHandle root, string path)
    {
        var folder = FileCalls.OpenFolder(root, ".");
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var parent = folder;
            folder = FileCalls.OpenFolder(parent, name);
        }

        return folder;
    }
}
