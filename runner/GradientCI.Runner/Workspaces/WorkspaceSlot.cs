using GradientCI.Experiments;
using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>One numbered workspace folder that this process owns until it lets go of the lock.</summary>
/// <remarks>
/// <c>3/files</c> is the workspace, <c>3/index</c> what was written to it, <c>3.lock</c> the lock, which is never
/// deleted: two processes could otherwise lock two files of that name. The lock file also says how the last owner left
/// the workspace, for a process that dies lets go of the lock without a word.
/// </remarks>
internal sealed class WorkspaceSlot : IDisposable
{
    private const string FilesName = "files";

    private readonly string _folder;
    private readonly FileStream _lock;

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
        var state = StateOf(file);
        if (state == SlotState.Broken || (state == SlotState.Held && LivingProcesses.AreIn(Path.Combine(folder, FilesName))))
        {
            file.Dispose();
            return null;
        }

        // Written once while there is room, the letter can be overwritten on a full disk.
        Mark(file, state);
        return new WorkspaceSlot(folder, file);
    }

    /// <summary>Locks a folder as its last owner left it, to go on where that one died.</summary>
    public static WorkspaceSlot? TryAdopt(string root, int number) =>
        FileLock.TryTake(Path.Combine(root, $"{number}.lock")) is { } file ? new WorkspaceSlot(Path.Combine(root, number.ToString()), file) : null;

    /// <summary>Deletes a folder that nobody uses.</summary>
    public static bool TryDelete(string root, int number)
    {
        using var file = FileLock.TryTake(Path.Combine(root, $"{number}.lock"));
        var folder = Path.Combine(root, number.ToString());
        if (file is null || !Directory.Exists(folder) || LivingProcesses.AreIn(Path.Combine(folder, FilesName)))
        {
            return false;
        }

        using var parent = FileCalls.OpenFolder(root);
        FolderRemoval.Remove(parent, number.ToString());
        Mark(file, SlotState.Free);
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

    public void Mark(SlotState state) => Mark(_lock, state);

    public void Dispose() => _lock.Dispose();

    private static SlotState StateOf(FileStream file) =>
        file.ReadByte() is var letter && Enum.IsDefined((SlotState)letter) ? (SlotState)letter : SlotState.Free;

    private static void Mark(FileStream file, SlotState state)
    {
        file.Position = 0;
        file.WriteByte((byte)state);
        file.Flush();
    }
}

/// <summary>How the last owner left a workspace; the letter in its lock file.</summary>
internal enum SlotState
{
    /// <summary>Nobody uses it.</summary>
    Free = 'f',

    /// <summary>A trial got it, and it was not given back.</summary>
    Held = 'h',

    /// <summary>It could not be cleaned.</summary>
    Broken = 'b',
}
