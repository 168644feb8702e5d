using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>A process for good: the kernel gives the id to others later, but never with the same start time.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessIdentity(int Pid, long StartTicks)
{
    /// <summary>Whether it runs; a zombie does not.</summary>
    public bool IsAlive() => ProcessStat.Read(Pid) is { IsZombie: false } stat && stat.Identity == this;
}

/// <summary>What <c>/proc/PID/stat</c> says of a process.</summary>
/// <param name="Identity">Which process.</param>
/// <param name="Parent">Its parent's id.</param>
/// <param name="Group">Its process group's id.</param>
/// <param name="Session">Its session's id: the id of the process that began it.</param>
/// <param name="IsZombie">Whether it ended and only its exit code is left.</param>
/// <param name="CpuTicks">Processor time of itself and its reaped children, in clock ticks.</param>
/// <param name="ResidentPages">Memory, in pages; shared pages are counted by each of their users.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessStat(ProcessIdentity Identity, int Parent, int Group, int Session, bool IsZombie, long CpuTicks, long ResidentPages)
{
    /// <summary>Reads a process's line, or null when there is no such process.</summary>
    public static ProcessStat? Read(int pid)
    {
        Span<byte> buffer = stackalloc byte[1024];
        var length = ProcFile.Read($"/proc/{pid}/stat", buffer);
        return length <= 0 ? null : Parse(pid, Encoding.Latin1.GetString(buffer[..length]));
    }

    // The program's name stands in parentheses and may hold any character, so counting begins behind its end.
    internal static ProcessStat? Parse(int pid, string line)
    {
        var fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 22)
        {
            return null;
        }

        return new ProcessStat(
            new ProcessIdentity(pid, Number(19)),
            (int)Number(1),
            (int)Number(2),
            (int)Number(3),
            fields[0] is "Z" or "X",
            Number(11) + Number(12) + Number(13) + Number(14),
            Number(21));

        long Number(int index) => long.Parse(fields[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }
}
