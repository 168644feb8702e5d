using System.Collections.Immutable;
using GradientCI.Runner.Linux;
using GradientCI.Runner.Workspaces;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Backups;

/// <summary>A backup in the making: a folder beside the target that gets its name when it is whole.</summary>
/// <remarks>
/// The database is copied first and the files after it, so that no row speaks of a file that was not there yet. Files are
/// those of strangers: links are kept as links, and what is neither file, folder nor link is left out.
/// </remarks>
public sealed class BackupFolder : IDisposable
{
    /// <summary>The database's name in a backup.</summary>
    public const string DatabaseName = "gradientci.db";

    private const int MaxDepth = 40;

    private readonly string _target;
    private readonly ImmutableArray<BackupEntry>.Builder _entries = ImmutableArray.CreateBuilder<BackupEntry>();
    private readonly List<string> _leftOut = [];
    private bool _isWhole;

    private BackupFolder(string target)
    {
        _target = target;
    }

    /// <summary>Where the database is to be copied to before <see cref="AddDatabase"/>.</summary>
    public string DatabasePath => Path.Combine(Partial, DatabaseName);

    /// <summary>Files.</summary>
    public int Count => _entries.Count;

    /// <summary>Bytes of all files.</summary>
    public long Bytes => _entries.Sum(entry => entry.Size);

    /// <summary>What could not be copied, a sentence each.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    private string Partial => _target + ".partial";

    /// <summary>Begins a backup.</summary>
    /// <param name="target">The folder that will hold it; must not exist.</param>
    /// <param name="data">What will be backed up.</param>
    /// <exception cref="GradientException">It exists, cannot be made, or is part of what it would hold.</exception>
    public static BackupFolder Begin(string target, DataFolder data)
    {
        if (DataFolder.BackedUpKinds.Any(kind => target.StartsWith(data.Kind(kind) + "/", StringComparison.Ordinal)))
        {
            throw new GradientException(FailureKind.Usage, $"{target} would be a backup of itself.", "Name a folder outside of the data folder.");
        }

        var backup = new BackupFolder(Path.TrimEndingDirectorySeparator(target));
        if (Path.Exists(backup._target))
        {
            throw new GradientException(FailureKind.Usage, $"{backup._target} exists, and a backup never overwrites anything.", "Name a folder that is not there yet.");
        }

        if (Path.Exists(backup.Partial))
        {
            throw new GradientException(
                FailureKind.Usage, $"{backup.Partial} is being written, or was left by a backup that was cut short.",
                $"When no backup is running, remove it with: rm -r {backup.Partial}");
        }

        try
        {
            Directory.CreateDirectory(backup.Partial, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return backup;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failed(backup._target, problem);
        }
    }

    /// <summary>Lists the database that was copied to <see cref="DatabasePath"/>.</summary>
    public void AddDatabase()
    {
        var (size, digest) = FileCopy.Measure(DatabasePath);
        _entries.Add(new BackupEntry(DatabaseName, size, digest));
    }

    /// <summary>Copies the files of a data folder that cannot be made again.</summary>
    /// <exception cref="GradientException">The disk is full, or the target cannot be written.</exception>
    public void AddFiles(DataFolder data, CancellationToken cancellationToken)
    {
        try
        {
            using var target = FileCalls.OpenFolder(Partial);
            foreach (var kind in DataFolder.BackedUpKinds.Where(kind => Directory.Exists(data.Kind(kind))))
            {
                using var source = FileCalls.OpenFolder(data.Kind(kind));
                CopyFolder(source, target, kind, kind, 0, cancellationToken);
            }
        }
        catch (IOException problem)
        {
            throw Failed(_target, problem);
        }
    }

    /// <summary>Writes the list of files, and gives the backup its name.</summary>
    public void Finish(DateTimeOffset madeAt)
    {
        try
        {
            File.WriteAllText(Path.Combine(Partial, BackupManifest.FileName), new BackupManifest(madeAt, _entries.ToImmutable()).Write());
            using (var folder = FileCalls.OpenFolder(Partial))
            {
                _ = Libc.SyncFileSystem(folder);
            }

            Directory.Move(Partial, _target);
            _isWhole = true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failed(_target, problem);
        }
    }

    /// <summary>Removes what there is of a backup that did not come to its end.</summary>
    public void Dispose()
    {
        if (!_isWhole && Directory.Exists(Partial))
        {
            using var parent = FileCalls.OpenFolder(Path.GetDirectoryName(Partial)!);
            FolderRemoval.Remove(parent, Path.GetFileName(Partial));
        }
    }

    private void CopyFolder(SafeFileHandle source, SafeFileHandle parent, string name, string path, int depth, CancellationToken cancellationToken)
    {
        FileCalls.MakeFolder(parent, name);
        using var target = FileCalls.OpenFolder(parent, name);
        foreach (var child in FileCalls.List(source))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = $"{path}/{child}";
            switch (Kind(source, child, out var obstacle, out var opened))
            {
                case 'd' when depth < MaxDepth:
                    CopyFolder(opened!, target, child, place, depth + 1, cancellationToken);
                    break;
                case 'f':
                    var (size, digest) = FileCopy.Copy(opened!, target, child);
                    _entries.Add(new BackupEntry(place, size, digest));
                    break;
                case 'l':
                    var link = PathText.Decode(FileCalls.ReadLink(source, child));
                    FileCalls.MakeLink(link, target, child);
                    _entries.Add(new BackupEntry(place, 0, "", link));
                    break;
                case 'g':
                    break;
                default:
                    _leftOut.Add($"{PathText.Show(place)}: {(opened is null ? obstacle : "it lies too deep")}");
                    break;
            }

            opened?.Dispose();
        }
    }

    // 'd' folder, 'f' file, 'l' link, 'g' gone meanwhile, 'x' what cannot be copied.
    private static char Kind(SafeFileHandle folder, string name, out string obstacle, out SafeFileHandle? opened)
    {
        (obstacle, opened) = ("it is neither a file nor a folder", null);
        try
        {
            if (FileCalls.Stat(folder, name) is not { } stamp)
            {
                return 'g';
            }

            switch (stamp.Mode & 0xF000)
            {
                case 0xA000:
                    return 'l';
                case 0x4000:
                    opened = FileCalls.OpenFolder(folder, name);
                    return 'd';
                case 0x8000:
                    opened = FileCalls.OpenFile(folder, name);
                    return (FileCalls.Stat(opened).Mode & 0xF000) == 0x8000 ? 'f' : 'x';
                default:
                    return 'x';
            }
        }
        catch (IOException problem)
        {
            obstacle = problem.Message;
            return problem.HResult == ErrorNumber.NoEntry ? 'g' : 'x';
        }
    }

    private static GradientException Failed(string target, Exception problem) => problem.HResult is ErrorNumber.NoSpace or ErrorNumber.QuotaExceeded
        ? new GradientException(FailureKind.Environment, $"The disk of {target} is full; no backup was made.", "Free some space there, or name a folder on another disk.", problem)
        : new GradientException(FailureKind.Environment, $"The backup {target} cannot be written: {problem.Message.TrimEnd('.')}.", "Check the folder's permissions and its disk.", problem);
}
