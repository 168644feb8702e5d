using System.Runtime.InteropServices;

namespace GradientCI.Storage.Sqlite;

/// <summary>The clock that leases are judged by: the machine's time since boot, and which boot it was.</summary>
/// <remarks>
/// All processes on one SQLite file share the machine, and nobody can set this clock; wall clocks jump, and differ
/// between processes that were told so. It stands still while the machine sleeps, and everybody with it
/// (<c>clock_gettime(2)</c>, CLOCK_MONOTONIC).
/// </remarks>
internal sealed partial class LeaseClock(Func<long> milliseconds, Func<string> boot)
{
    private const int Monotonic = 1;
    private static readonly string BootId = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>The machine's.</summary>
    public static LeaseClock OfTheMachine { get; } = new(ReadMonotonic, () => BootId);

    /// <summary>Milliseconds since boot.</summary>
    public long Now => milliseconds();

    /// <summary>The boot's id.</summary>
    public string Boot => boot();

    private static long ReadMonotonic()
    {
        if (GetTime(Monotonic, out var time) != 0)
        {
            throw new InvalidOperationException("This kernel has no CLOCK_MONOTONIC.");
        }

        return (time.Seconds * 1000) + (time.Nanoseconds / 1_000_000);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
