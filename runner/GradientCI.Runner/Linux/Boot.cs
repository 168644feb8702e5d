using System.Text;

namespace GradientCI.Runner.Linux;

/// <summary>The machine's present boot, to which process ids, locks and file times belong.</summary>
internal static class Boot
{
    /// <summary>Its id, another after each start of the machine; <c>unknown</c> where the kernel does not tell.</summary>
    public static string Id { get; } = Read();

    private static string Read()
    {
        Span<byte> buffer = stackalloc byte[64];
        var length = ProcFile.Read("/proc/sys/kernel/random/boot_id", buffer);
        return length <= 0 ? "unknown" : Encoding.ASCII.GetString(buffer[..length]).Trim();
    }
}
