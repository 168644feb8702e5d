using System.Globalization;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>The kernel's count of processes that it killed for memory, for the machine's and for control groups' limits.</summary>
internal static class OomKills
{
    /// <summary>Where the kernel tells it.</summary>
    public const string DefaultPath = "/proc/vmstat";

    /// <summary>The count, or -1 when the kernel does not tell.</summary>
    public static long Read(string path)
    {
        Span<byte> buffer = stackalloc byte[16 * 1024];
        var length = ProcFile.Read(path, buffer);
        var text = length <= 0 ? [] : buffer[..length];
        var at = text.IndexOf("oom_kill "u8);
        if (at < 0)
        {
            return -1;
        }

        var number = text[(at + "oom_kill ".Length)..];
        var end = number.IndexOf((byte)'\n');
        return long.TryParse(end < 0 ? number : number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1;
    }
}
