using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Linux;

/// <summary>Files that count only when the user of this process wrote them.</summary>
public static class OwnFile
{
    /// <summary>Reads a file of ours that is neither a link, a pipe nor too long.</summary>
    /// <returns>Its bytes, or one sentence on why they do not count.</returns>
    /// <exception cref="IOException">It is gone, or cannot be read now.</exception>
    public static (byte[]? Bytes, string Refusal) Read(string path, int maxBytes)
    {
        var descriptor = FileCalls.Open(path, OpenFlags.NonBlocking | OpenFlags.NoFollow);
        if (descriptor < 0)
        {
            return Path.Exists(path) ? (null, "It cannot be opened as a plain file.") : throw new FileNotFoundException($"{path} is gone.", path);
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        var stamp = FileCalls.Stat(file);
        if (!stamp.IsFile || !FileCalls.IsOurs(file))
        {
            return (null, stamp.IsFile ? "It belongs to another user." : "It is no plain file.");
        }

        if (stamp.Size > maxBytes)
        {
            return (null, $"It has {stamp.Size:N0} bytes; at most {maxBytes:N0} are read.");
        }

        var bytes = new byte[stamp.Size];
        var count = RandomAccess.Read(file, bytes, 0);
        return (bytes[..count], "");
    }
}
