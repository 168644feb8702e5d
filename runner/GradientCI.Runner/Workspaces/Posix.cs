using System.Runtime.InteropServices;
using GradientCI.Runner.Git;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>
/// The calls of the C library that .NET lacks: names relative to an open folder, never through a symbolic link, as
/// bytes, and the time of the last status change.
/// </summary>
internal static partial class Posix
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int NoSpace = 28;
    public const int QuotaExceeded = 122;

    private const int WriteOnly = 0x1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int RemoveFolderFlag = 0x200;
    private const int NoFollowFlag = 0x100;
    private const int EmptyPath = 0x1000;
    private const int Here = -100;
    private const uint BasicStats = 0x7ff;

    // These two differ between the architectures.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly int FolderOnly = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    public static SafeFileHandle OpenFolder(string path) =>
        Opened(Open(Here, PathText.EncodeTerminated(path), FolderOnly | CloseOnExec, 0), path);

    public static SafeFileHandle OpenFolder(SafeFileHandle parent, string name) =>
        Opened(Open(parent, PathText.EncodeTerminated(name), FolderOnly | NoFollow | CloseOnExec, 0), name);

    /// <summary>A handle that needs no permission on the folder itself; fit for <see cref="SetModeByPath"/> alone.</summary>
    public static SafeFileHandle OpenFolderByPath(SafeFileHandle parent, string name) =>
        Opened(Open(parent, PathText.EncodeTerminated(name), PathOnly | FolderOnly | NoFollow | CloseOnExec, 0), name);

    public static SafeFileHandle OpenFile(SafeFileHandle parent, string name) =>
        Opened(Open(parent, PathText.EncodeTerminated(name), NoFollow | NonBlocking | CloseOnExec, 0), name);

    public static SafeFileHandle CreateFile(SafeFileHandle parent, string name, UnixFileMode mode) =>
        Opened(Open(parent, PathText.EncodeTerminated(name), WriteOnly | Create | Exclusive | NoFollow | CloseOnExec, (uint)mode), name);

    public static void MakeFolder(SafeFileHandle parent, string name) =>
        Check(MakeDirectory(parent, PathText.EncodeTerminated(name), 0x1ED), name);

    public static void MakeLink(string target, SafeFileHandle parent, string name) =>
        Check(SymbolicLink(PathText.EncodeTerminated(target), parent, PathText.EncodeTerminated(name)), name);

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

        return Marshal.GetLastPInvokeError() == NoEntry ? null : throw Failure(name);
    }

    public static FileStamp Stat(SafeFileHandle file)
    {
        Check(Status(file, [0], EmptyPath, BasicStats, out var status), "");
        return Stamp(status);
    }

    /// <summary>The names in a folder, without <c>.</c> and <c>..</c>. Names may be removed while it goes on.</summary>
    public static IEnumerable<string> List(SafeFileHandle folder)
    {
        var descriptor = Open(folder, [(byte)'.', 0], FolderOnly | CloseOnExec, 0);
        var stream = descriptor < 0 ? 0 : OpenStream(descriptor);
        if (stream == 0)
        {
            throw Failure(".");
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

    private static SafeFileHandle Opened(int descriptor, string name) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(name);

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
    private static partial int Open(int parent, byte[] path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int Open(SafeFileHandle parent, byte[] path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    private static partial int MakeDirectory(SafeFileHandle parent, byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    private static partial int SymbolicLink(byte[] target, SafeFileHandle parent, byte[] path);

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

    // struct statx is the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusBuffer
    {
        [FieldOffset(16)]
        public uint Links;

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
