using System.Buffers;

namespace GradientCI.Runner.Linux;

/// <summary>Reads files that may vanish or be forbidden at any moment, without an exception for each.</summary>
internal static class ProcFile
{
    /// <summary>Reads the beginning of a file.</summary>
    /// <returns>How many bytes there were, or -1 when it cannot be read.</returns>
    public static int Read(string path, Span<byte> buffer)
    {
        var file = FileCalls.Open(path, OpenFlags.NonBlocking);
        if (file < 0)
        {
            return -1;
        }

        var length = (int)Libc.Read(file, buffer, buffer.Length);
        _ = Libc.Close(file);
        return length;
    }

    /// <summary>Whether one of a file's zero-terminated entries is the given one; only so many bytes are looked at.</summary>
    public static bool HasEntry(string path, ReadOnlySpan<byte> entry, int limit)
    {
        var file = FileCalls.Open(path, OpenFlags.NonBlocking);
        if (file < 0)
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var kept = 0;
            while (limit > 0)
            {
                var count = (int)Libc.Read(file, buffer.AsSpan(kept), buffer.Length - kept);
                if (count <= 0)
                {
                    return false;
                }

                var seen = buffer.AsSpan(0, kept + count);
                if (seen.IndexOf(entry) >= 0)
                {
                    return true;
                }

                kept = Math.Min(seen.Length, entry.Length - 1);
                seen[^kept..].CopyTo(buffer);
                limit -= count;
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _ = Libc.Close(file);
        }
    }
}
