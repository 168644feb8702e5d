using System.Globalization;
using System.Runtime.InteropServices;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>What is kept of an attempt's leader to know it again.</summary>
/// <param name="Leader">Its process.</param>
/// <param name="OomKills">The machine's count of processes killed for memory when it started, or -1 when unknown.</param>
/// <param name="BootId">The boot that the ids belong to.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LeaderHandle(ProcessIdentity Leader, long OomKills, string BootId)
{
    /// <summary>Of a leader that nothing is known of; it is not alive.</summary>
    public static LeaderHandle Unknown { get; } = new(default, -1, "");

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static LeaderHandle? Parse(string text)
    {
        var words = text.Split(' ');
        return words.Length == 4 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && long.TryParse(words[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var oomKills)
            ? new LeaderHandle(new ProcessIdentity(pid, start), oomKills, words[3])
            : null;
    }

    /// <summary><c>4711 123456 0 0b6ac3f0-…</c>.</summary>
    public override string ToString() => $"{Leader.Pid} {Leader.StartTicks} {OomKills} {BootId}";
}
