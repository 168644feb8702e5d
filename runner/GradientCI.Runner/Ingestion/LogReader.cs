using System.Text;

namespace GradientCI.Runner.Ingestion;

/// <summary>Reads pieces of a log for people, without reading all of it.</summary>
public static class LogReader
{
    private const int Block = 1 << 16;

    /// <summary>Where the last lines begin, in bytes; 0 when there are fewer, or no log.</summary>
    public static long FindLastLines(string path, int lines)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[Block];
        var length = RandomAccess.GetLength(file);
        var wanted = lines;
        for (var end = length; end > 0;)
        {
            var start = Math.Max(0, end - Block);
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)(end - start)), start);
            for (var at = read - 1; at >= 0; at--)
            {
                // The line feed at the very end closes the last line and begins none.
                if (buffer[at] == '\n' && start + at + 1 < length && --wanted == 0)
                {
                    return start + at + 1;
                }
            }

            end = start;
        }

        return lines <= 0 ? length : 0;
    }

    /// <summary>Copies what stands from an offset to the end just now.</summary>
    /// <returns>The offset to go on from.</returns>
    public static async Task<long> CopyAsync(string path, long offset, Stream output, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return offset;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[Block];
        for (var end = RandomAccess.GetLength(file); offset < end;)
        {
            var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(Block, end - offset)), offset, cancellationToken);
            if (read == 0)
            {
                break;
            }

            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            offset += read;
        }

        return offset;
    }

    /// <summary>The last lines as text, for a message: at most 64 KiB of them, invalid UTF-8 replaced, bare carriage returns as line ends.</summary>
    public static string[] ReadLastLines(string path, int lines)
    {
        if (!File.Exists(path) || lines <= 0)
        {
            return [];
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[Block];
        var start = Math.Max(0, RandomAccess.GetLength(file) - Block);
        var read = RandomAccess.Read(file, buffer, start);
        return [.. Encoding.UTF8.GetString(buffer, 0, read).Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries).TakeLast(lines)];
    }
}
