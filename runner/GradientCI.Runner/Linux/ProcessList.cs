using System.Globalization;
using System.Text;

namespace GradientCI.Runner.Linux;

/// <summary>The processes that <c>/proc</c> shows.</summary>
internal static class ProcessList
{
    private const int EnvironmentLimit = 4 * 1024 * 1024;

    /// <summary>The ids of all of them; some may be gone already.</summary>
    public static IEnumerable<int> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(folder.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                yield return pid;
            }
        }
    }

    /// <summary>The ids given since a process got its own, or null when that cannot be told or there are more than so many.</summary>
    public static IEnumerable<int>? YoungerThan(int process, int limit)
    {
        // Ids are given in ascending order; the last one given ends the line.
        Span<byte> buffer = stackalloc byte[128];
        var length = ProcFile.Read("/proc/loadavg", buffer);
        if (length <= 0)
        {
            return null;
        }

        var line = Encoding.ASCII.GetString(buffer[..length]).AsSpan().TrimEnd();
        var isNumber = int.TryParse(line[(line.LastIndexOf(' ') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last);
        return isNumber && last >= process && last - process <= limit ? Enumerable.Range(process + 1, last - process) : null;
    }

    /// <summary>The bytes to give to <see cref="WasStartedWith"/>.</summary>
    public static byte[] Variable(string name, string value) => Encoding.UTF8.GetBytes($"{name}={value}\0");

    /// <summary>Whether a process got this variable at its start. One that ended, or is another user's, did not.</summary>
    public static bool WasStartedWith(int process, byte[] variable) => ProcFile.HasEntry($"/proc/{process}/environ", variable, EnvironmentLimit);
}
