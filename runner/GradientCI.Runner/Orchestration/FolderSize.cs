using System.IO.Enumeration;

namespace GradientCI.Runner.Orchestration;

/// <summary>How much a folder of trials holds, counted at a bounded cost.</summary>
internal static class FolderSize
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        MaxRecursionDepth = 64,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>The bytes of the files in it; what was not counted after a few seconds counts as nothing.</summary>
    /// <param name="folder">The folder; it need not be there.</param>
    /// <param name="enough">Beyond it nothing more is counted.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static long Count(string folder, long enough, TimeProvider time)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        var (begun, sum) = (time.GetTimestamp(), 0L);
        foreach (var length in new FileSystemEnumerable<long>(folder, (ref FileSystemEntry entry) => entry.IsDirectory ? 0 : entry.Length, Everything))
        {
            sum += length;
            if (sum > enough || time.GetElapsedTime(begun) > Patience)
            {
                break;
            }
        }

        return sum;
    }
}
