using System.Runtime.InteropServices;

namespace GradientCI.Runner.Linux;

/// <summary>What may still be written to the file system of a folder.</summary>
/// <param name="Bytes">Bytes that we may write.</param>
/// <param name="Files">Files that may be made; null when the file system does not count them.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FreeSpace(long Bytes, long? Files)
{
    /// <summary>Reads it.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <exception cref="IOException">The file system does not tell.</exception>
    public static FreeSpace Read(string folder)
    {
        Span<ulong> status = stackalloc ulong[16];
        return Libc.FileSystemStatus(folder, status) == 0
            ? new FreeSpace((long)(status[1] * status[4]), status[5] == 0 ? null : (long)status[7])
            : throw new IOException($"The file system of {folder} says nothing about itself.");
    }
}
