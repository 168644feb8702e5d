using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Linux;

/// <summary>The end of a named pipe that somebody may be waiting at.</summary>
public static class NamedPipe
{
    /// <summary>Writes into the pipe without ever waiting for its reader.</summary>
    /// <param name="path">The pipe.</param>
    /// <param name="bytes">At most 64 KiB, the room that Linux gives a pipe.</param>
    /// <returns>False when nobody reads, when it is full, or when it is no pipe.</returns>
    public static bool TryWrite(string path, ReadOnlySpan<byte> bytes)
    {
        var descriptor = FileCalls.Open(path, OpenFlags.WriteOnly | OpenFlags.NonBlocking | OpenFlags.NoFollow);
        if (descriptor < 0)
        {
            return false;
        }

        using var pipe = new SafeFileHandle(descriptor, ownsHandle: true);
        return FileCalls.Stat(pipe).IsPipe && Libc.Write(descriptor, bytes, bytes.Length) == bytes.Length;
    }
}
