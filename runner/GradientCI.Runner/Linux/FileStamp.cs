using System.Runtime.InteropServices;

namespace GradientCI.Runner.Linux;

/// <summary>What the file system says of a file. Equal stamps mean an untouched file: nobody can set the change time back.</summary>
/// <param name="Inode">Its number.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">When the content last changed, as told; nanoseconds since 1970.</param>
/// <param name="Changed">When content, mode, owner or links last changed; nanoseconds since 1970.</param>
/// <param name="Mode">Type and permissions.</param>
/// <param name="Links">Names of it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileStamp(ulong Inode, long Size, long Modified, long Changed, ushort Mode, uint Links)
{
    public bool IsFile => (Mode & 0xF000) == 0x8000;

    public bool IsPipe => (Mode & 0xF000) == 0x1000;

    public bool IsFolder => (Mode & 0xF000) == 0x4000;

    public bool IsPlainFile => (Mode & 0xF000) == 0x8000;

    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xFFF);
}
