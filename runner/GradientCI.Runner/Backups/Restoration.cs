using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Backups;

/// <summary>Brings a backup back into an empty data folder. The database gets its name last: before, it is no data folder.</summary>
public sealed class Restoration
{
    // In the folder from the first to the last step, so that a restoration that was killed may begin again.
    private const string Marker = "restore.partial";

    private readonly string _from;
    private readonly DataFolder _data;
    private readonly BackupManifest _manifest;

    private Restoration(string from, DataFolder data, BackupManifest manifest)
    {
        (_from, _data, _manifest) = (from, data, manifest);
    }

    /// <summary>When the backup was made.</summary>
    public DateTimeOffset MadeAt => _manifest.MadeAt;

    /// <summary>Files.</summary>
    public int Count => _manifest.Entries.Length;

    /// <summary>Bytes of all files.</summary>
    public long Bytes => _manifest.Entries.Sum(entry => entry.Size);

    /// <summary>The database, under a name that no other command looks for.</summary>
    public string DraftPath => _data.Database + ".partial";

    /// <summary>Reads a backup's list, and makes sure that the data folder is free for it.</summary>
    /// <exception cref="GradientException">It is no backup, or the data folder is not empty.</exception>
    public static Restoration Begin(string from, DataFolder data)
    {
        var manifest = ReadManifest(from);
        var restoration = new Restoration(from, data, manifest);
        var marker = Path.Combine(data.Root, Marker);
        if (FileLock.IsTaken(data.WorkersLock) == true)
        {
            throw new GradientException(FailureKind.Usage, $"A worker lives in {data.Root}.", "End it first; see which one with: gradientci doctor");
        }

        if (Directory.Exists(data.Root) && Directory.EnumerateFileSystemEntries(data.Root).Any() && (!File.Exists(marker) || File.Exists(data.Database)))
        {
            throw NotEmpty(data);
        }

        Directory.CreateDirectory(data.Root);
        if (new DriveInfo(data.Root).AvailableFreeSpace is var free && free < restoration.Bytes)
        {
            throw new GradientException(
                FailureKind.Environment, $"The disk of {data.Root} has {free >> 20} MiB left, and the backup has {restoration.Bytes >> 20} MiB.",
                "Free some space, or name a folder on another disk with --data DIR.");
        }

        File.WriteAllText(marker, from);
        return restoration;
    }

    /// <summary>Copies the database to <see cref="DraftPath"/>, and verifies it.</summary>
    public void CopyDatabase()
    {
        File.Delete(DraftPath);
        using var folder = FileCalls.OpenFolder(_data.Root);
        Copy(_manifest.Entries.First(entry => entry.Path == BackupFolder.DatabaseName), folder, Path.GetFileName(DraftPath));
    }

    /// <summary>Copies and verifies all other files.</summary>
    public void CopyFiles(CancellationToken cancellationToken)
    {
        using var root = FileCalls.OpenFolder(_data.Root);
        foreach (var entry in _manifest.Entries.Where(entry => entry.Path != BackupFolder.DatabaseName))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var parts = entry.Path.Split('/');
            using var folder = OpenFolder(root, parts.AsSpan()[..^1]);
            if (FileCalls.Stat(folder, parts[^1]) is not null)
            {
                FileCalls.RemoveFile(folder, parts[^1]);
            }

            if (entry.Target is { } target)
            {
                FileCalls.MakeLink(target, folder, parts[^1]);
            }
            else
            {
                Copy(entry, folder, parts[^1]);
            }
        }
    }

    /// <summary>Gives the database its name.</summary>
    public void Finish()
    {
        File.Move(DraftPath, _data.Database);
        foreach (var copy in Directory.EnumerateFiles(_data.Root, Path.GetFileName(DraftPath) + ".before-*"))
        {
            // The backup itself is the copy from before the upgrade.
            File.Delete(copy);
        }

        File.Delete(Path.Combine(_data.Root, Marker));
    }

    private void Copy(BackupEntry entry, SafeFileHandle folder, string name)
    {
        using var source = FileCalls.TryOpen(Path.Join(_from, entry.Path))
            ?? throw Damaged(entry, "is missing, or cannot be read");
        var copied = FileCopy.Copy(source, folder, name);
        if (copied != (entry.Size, entry.Digest))
        {
            throw Damaged(entry, "is not what was backed up");
        }
    }

    private GradientException Damaged(BackupEntry entry, string how) => new(
        FailureKind.Environment, $"The backup {_from} is damaged: {PathText.Show(entry.Path)} {how}.", "Restore another backup.");

    private static BackupManifest ReadManifest(string from)
    {
        var path = Path.Combine(from, BackupManifest.FileName);
        try
        {
            var manifest = BackupManifest.Read(File.ReadAllText(path));
            return manifest.Entries.Any(entry => entry.Path == BackupFolder.DatabaseName)
                ? manifest
                : throw new FormatException("The list names no database.");
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new GradientException(
                FailureKind.Usage,
                problem is IOException ? $"{from} is not a backup, or one that was cut short: it has no {BackupManifest.FileName}." : $"{from} is not a whole backup: {problem.Message}",
                "Name the folder that gradientci backup has made.", problem);
        }
    }

    private static GradientException NotEmpty(DataFolder data) => new(
        FailureKind.Usage, $"The data folder {data.Root} is not empty.",
        $"Stop all workers, move it away with 'mv {data.Root} {data.Root}.old', and restore again; or name another folder with --data DIR.");

    // Never through a link: a list may name one first, and then files behind it.
    private static SafeFileHandle OpenFolder(SafeFileHandle root, ReadOnlySpan<string> parts)
    {
        var folder = FileCalls.OpenFolder(root, ".");
        foreach (var part in parts)
        {
            using var parent = folder;
            if (FileCalls.Stat(parent, part) is null)
            {
                FileCalls.MakeFolder(parent, part);
            }

            folder = FileCalls.OpenFolder(parent, part);
        }

        return folder;
    }
}
