using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Linux;

/// <summary>
/// The calls of the C library that .NET lacks: names relative to an open folder, never through a symbolic link, as
/// bytes, and the time of the last status change.
/// </summary>
internal static partial class FileCalls
{
    private const int RemoveFolderFlag = 0x200;
    private const int NoFollowFlag = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;

    private static readonly SafeFileHandle Here = new(-100, ownsHandle: false);

    /// <summary>Opens a path, links followed, and returns a plain descriptor, or a negative number when that fails.</summary>
    public static int Open(string path, int flags, UnixFileMode mode = UnixFileMode.None) =>
        OpenAt(Here, PathText.EncodeTerminated(path), flags | OpenFlags.CloseOnExec, (uint)mode);

    /// <summary>Opens whatever is there for reading, without waiting for the other end of a pipe; null when that fails.</summary>
    public static SafeFileHandle? TryOpen(string path) =>
        Open(path, OpenFlags.NonBlocking) is >= 0 and var descriptor ? new SafeFileHandle(descriptor, ownsHandle: true) : null;

    public static SafeFileHandle OpenFolder(string path) =>
        Open(Here, path, OpenFlags.FolderOnly);

    public static SafeFileHandle OpenFolder(SafeFileHandle parent, string name) =>
        Open(parent, name, OpenFlags.FolderOnly | OpenFlags.NoFollow);

    /// <summary>A handle that needs no permission on the folder itself; fit for <see cref="SetModeByPath"/> alone.</summary>
    public static SafeFileHandle OpenFolderByPath(SafeFileHandle parent, string name) =>
        Open(parent, name, OpenFlags.PathOnly | OpenFlags.FolderOnly | OpenFlags.NoFollow);

    public static SafeFileHandle OpenFile(SafeFileHandle parent, string name) =>
        Open(parent, name, OpenFlags.NoFollow | OpenFlags.NonBlocking);

    public static SafeFileHandle CreateFile(SafeFileHandle parent, string name, UnixFileMode mode) =>
        Open(parent, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode);

    public static void MakeFolder(SafeFileHandle parent, string name) =>
        Check(MakeDirectory(parent, PathText.EncodeTerminated(name), 0x1ED), name);

    public static void MakeLink(string target, SafeFileHandle parent, string name) =>
        Check(SymbolicLink(PathText.EncodeTerminated(target), parent, PathText.EncodeTerminated(name)), name);

    /// <summary>Gives a file a second name; a symbolic link is not followed.</summary>
    /// <returns>Whether the new name is there, by us or before; false where links are refused.</returns>
    public static bool TryLink(SafeFileHandle from, string name, SafeFileHandle to, string newName) =>
        HardLink(from, PathText.EncodeTerminated(name), to, PathText.EncodeTerminated(newName), 0) == 0
            || Marshal.GetLastPInvokeError() == ErrorNumber.Exists;

    /// <summary>Gives a file a second name, links followed.</summary>
    /// <returns>False when the new name is there already.</returns>
    /// <exception cref="IOException">It cannot be given.</exception>
    public static bool TryLink(string path, string newPath) =>
        HardLink(Here, PathText.EncodeTerminated(path), Here, PathText.EncodeTerminated(newPath), 0) == 0
            || (Marshal.GetLastPInvokeError() == ErrorNumber.Exists ? false : throw Failure(newPath));

    /// <summary>The target of a symbolic link, at most 4,096 bytes of it.</summary>
    public static byte[] ReadLink(SafeFileHandle parent, string name)
    {
        var target = new byte[4096];
        var length = ReadSymbolicLink(parent, PathText.EncodeTerminated(name), target, target.Length);
        return length >= 0 ? target[..(int)length] : throw Failure(name);
    }

    public static void RemoveFile(SafeFileHandle parent, string name) => Check(Unlink(parent, PathText.EncodeTerminated(name), 0), name);

    public static void RemoveFolder(SafeFileHandle parent, string name) =>
        Check(Unlink(parent, PathText.EncodeTerminated(name), RemoveFolderFlag), name);

    public static void Move(SafeFileHandle from, string name, SafeFileHandle to, string newName) =>
        Check(Rename(from, PathText.EncodeTerminated(name), to, PathText.EncodeTerminated(newName)), name);

    public static void SetMode(SafeFileHandle file, UnixFileMode mode) => Check(ChangeMode(file, (uint)mode), "");

    public static void SetModeByPath(SafeFileHandle file, UnixFileMode mode) =>
        File.SetUnixFileMode($"/proc/self/fd/{file.DangerousGetHandle()}", mode);

    /// <summary>What a name stands for, links not followed; null when there is nothing.</summary>
    public static FileStamp? Stat(SafeFileHandle parent, string name)
    {
        if (Status(parent, PathText.EncodeTerminated(name), NoFollowFlag, BasicStats, out var status) == 0)
        {
            return Stamp(status);
        }

        return Marshal.GetLastPInvokeError() == ErrorNumber.NoEntry ? null : throw Failure(name);
    }

    public static FileStamp Stat(SafeFileHandle file)
    {
        Check(Status(file, [0], EmptyPath, BasicStats, out var status), "");
        return Stamp(status);
    }

    /// <summary>Whether the file belongs to the user that this process runs as.</summary>
    public static bool IsOurs(SafeFileHandle file)
    {
        Check(Status(file, [0], EmptyPath, BasicStats, out var status), "");
        return status.Owner == EffectiveUser();
    }

    /// <summary>The user that a name belongs to, links not followed; null when there is nothing.</summary>
    public static uint? OwnerOf(SafeFileHandle parent, string name) =>
        Status(parent, PathText.EncodeTerminated(name), NoFollowFlag, BasicStats, out var status) == 0 ? status.Owner
        : Marshal.GetLastPInvokeError() == ErrorNumber.NoEntry ? null
        : throw Failure(name);

    /// <summary>Gives a name to a user and the group of the same number, links not followed.</summary>
    public static void SetOwner(SafeFileHandle parent, string name, uint user) =>
        Check(ChangeOwner(parent, PathText.EncodeTerminated(name), user, user, NoFollowFlag), name);

    /// <summary>The names in a folder, without <c>.</c> and <c>..</c>. Names may be removed while it goes on.</summary>
    public static IEnumerable<string> List(SafeFileHandle folder)
    {
        var descriptor = OpenAt(folder, [(byte)'.', 0], OpenFlags.FolderOnly | OpenFlags.CloseOnExec, 0);
        var stream = descriptor < 0 ? 0 : OpenStream(descriptor);
        if (stream == 0)
        {
            var failure = Failure(".");
            _ = Libc.Close(descriptor);
            throw failure;
        }

        try
        {
            while (Next(stream) is { } name)
            {
                if (name is not ("." or ".."))
                {
                    yield return name;
                }
            }
        }
        finally
        {
            _ = CloseStream(stream);
        }
    }

    // struct dirent of 64-bit Linux, glibc and musl alike: 8 bytes inode, 8 offset, 2 length, 1 type, then the name.
    private static unsafe string? Next(nint stream)
    {
        var entry = (byte*)ReadStream(stream);
        return entry is not null ? PathText.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + 19))
            : Marshal.GetLastPInvokeError() == 0 ? null
            : throw Failure(".");
    }

    private static FileStamp Stamp(in StatusBuffer status) => new(
        status.Inode,
        (long)status.Size,
        (status.Modified.Seconds * 1_000_000_000) + status.Modified.Nanoseconds,
        (status.Changed.Seconds * 1_000_000_000) + status.Changed.Nanoseconds,
        status.Mode,
        status.Links);

    private static SafeFileHandle Open(SafeFileHandle parent, string name, int flags, UnixFileMode mode = UnixFileMode.None)
    {
        var descriptor = OpenAt(parent, PathText.EncodeTerminated(name), flags | OpenFlags.CloseOnExec, (uint)mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(name);
    }

    private static void Check(int result, string name)
    {
        if (result != 0)
        {
            throw Failure(name);
        }
    }

    private static IOException Failure(string name)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{PathText.Show(name)}'", error);
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(SafeFileHandle parent, byte[] path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    private static partial int MakeDirectory(SafeFileHandle parent, byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    private static partial int SymbolicLink(byte[] target, SafeFileHandle parent, byte[] path);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    private static partial int HardLink(SafeFileHandle from, byte[] path, SafeFileHandle to, byte[] newPath, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static partial nint ReadSymbolicLink(SafeFileHandle parent, byte[] path, [Out] byte[] target, nint size);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int Unlink(SafeFileHandle parent, byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    private static partial int Rename(SafeFileHandle from, byte[] path, SafeFileHandle to, byte[] newPath);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Status(SafeFileHandle parent, byte[] path, int flags, uint mask, out StatusBuffer status);

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    private static partial nint OpenStream(int descriptor);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    private static partial nint ReadStream(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseStream(nint stream);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    internal static partial uint EffectiveGroup();

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle folder, ReadOnlySpan<byte> name, uint user, uint group, int flags);

    // struct statx is the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusBuffer
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public StatusTime Changed;

        [FieldOffset(112)]
        public StatusTime Modified;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct StatusTime
    {
        public long Seconds;
        public uint Nanoseconds;
        private readonly int _padding;
    }
}
