using GradientCI.Experiments;
using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>One numbered workspace folder that this process owns until it lets go of the lock.</summary>
/// <remarks>
/// <c>3/files</c> is the workspace, <c>3/index</c> what was written to it, <c>3.lock</c> the lock, which is never
/// deleted: two processes could otherwise lock two files of that name. The lock file also says how the last owner left
/// the workspace, for a process that dies lets go of the lock without a word: see <see cref="SlotRecord"/>.
/// </remarks>
internal sealed class WorkspaceSlot : IDisposable
{
    private const string FilesName = "files";

    private readonly string _folder;
    private readonly FileStream _lock;
    private string? _tenancy;

    private WorkspaceSlot(string folder, FileStream file)
    {
        _folder = folder;
        _lock = file;
        Directory.CreateDirectory(folder);
        Index = WorkspaceIndex.Load(IndexPath, Boot.Id);
    }

    /// <summary>The workspace itself.</summary>
    public string FilesPath => Path.Combine(_folder, FilesName);

    public WorkspaceIndex Index { get; }

    /// <summary>The commit it was last restored to, by this process.</summary>
    public (CommitSha Sha, CommitTree Tree)? Content { get; set; }

    private string IndexPath => Path.Combine(_folder, "index");

    /// <summary>Locks a folder, or returns null when another owner has it, a process still lives in it, or it is past repair.</summary>
    public static WorkspaceSlot? TryClaim(string root, int number)
    {
        var file = FileLock.TryTake(Path.Combine(root, $"{number}.lock"));
        if (file is null)
        {
            return null;
        }

        var folder = Path.Combine(root, number.ToString());
        var record = SlotRecord.Read(file);
        if (record.State == SlotState.Broken || (record.State == SlotState.Held && IsInUse(record, folder)))
        {
            file.Dispose();
            return null;
        }

        // Written once while there is room, the record can be overwritten on a full disk.
        record.Write(file);
        return new WorkspaceSlot(folder, file);
    }

    /// <summary>Locks the folder that an attempt had when its owner died, as it is; null when another owner has it, or it is another attempt's by now.</summary>
    public static WorkspaceSlot? TryAdopt(string root, int number, string tenancy)
    {
        var file = FileLock.TryTake(Path.Combine(root, $"{number}.lock"));
        if (file is not null && SlotRecord.Read(file) == new SlotRecord(SlotState.Held, tenancy))
        {
            return new WorkspaceSlot(Path.Combine(root, number.ToString()), file) { _tenancy = tenancy };
        }

        file?.Dispose();
        return null;
    }

    /// <summary>Deletes a folder that nobody uses.</summary>
    public static bool TryDelete(string root, int number)
    {
        using var file = FileLock.TryTake(Path.Combine(root, $"{number}.lock"));
        var folder = Path.Combine(root, number.ToString());
        if (file is null || !Directory.Exists(folder) || IsInUse(SlotRecord.Read(file), folder))
        {
            return false;
        }

        using var parent = FileCalls.OpenFolder(root);
        FolderRemoval.Remove(parent, number.ToString());
        new SlotRecord(SlotState.Free).Write(file);
        return true;
    }

    /// <summary>Opens the workspace, made anew if it is not a folder any more.</summary>
    public SafeFileHandle OpenFiles()
    {
        using var folder = FileCalls.OpenFolder(_folder);
        if (FileCalls.Stat(folder, FilesName) is { IsFolder: false })
        {
            FolderRemoval.Remove(folder, FilesName);
        }

        if (FileCalls.Stat(folder, FilesName) is null)
        {
            FileCalls.MakeFolder(folder, FilesName);
        }

        var files = FolderRemoval.Open(folder, FilesName);
        FileCalls.SetMode(files, (UnixFileMode)0x1ED);
        return files;
    }

    /// <summary>Makes the index trusted from now on, and durable.</summary>
    public void SaveIndex()
    {
        // The file system's own clock: a file that changes from now on has this time or a later one.
        using (var folder = FileCalls.OpenFolder(_folder))
        {
            FolderRemoval.Remove(folder, "clock");
            using var clock = FileCalls.CreateFile(folder, "clock", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Index.Clock = FileCalls.Stat(clock).Changed;
        }

        Index.Save(IndexPath, Boot.Id);
    }

    /// <summary>Makes it an attempt's, which keeps it when we die.</summary>
    public void Hold(string tenancy)
    {
        // A tenancy without a file is nobody's; a file that no folder knows of would keep nothing.
        new SlotRecord(SlotState.Held, tenancy).Write(_lock);
        _tenancy = tenancy;
        Tenancies.Write(tenancy, FilesPath);
    }

    /// <summary>Gives it back.</summary>
    public void Free()
    {
        if (_tenancy is { } tenancy)
        {
            // From here on it may be claimed by whoever gets the lock, should we die before the next line.
            Tenancies.End(tenancy);
            _tenancy = null;
        }

        new SlotRecord(SlotState.Free).Write(_lock);
    }

    /// <summary>Leaves it aside for good.</summary>
    public void MarkBroken() => new SlotRecord(SlotState.Broken).Write(_lock);

    public void Dispose() => _lock.Dispose();

    // The file is looked for first: to look through all processes costs more than all the rest. Only the end of its path is
    // compared, for the data folder may have several names.
    private static bool IsInUse(SlotRecord record, string folder) =>
        (record.Tenancy.Length > 0 && Tenancies.Read(record.Tenancy)?.EndsWith($"/{Path.GetFileName(folder)}/{FilesName}", StringComparison.Ordinal) == true)
        || LivingProcesses.AreIn(Path.Combine(folder, FilesName));
}
