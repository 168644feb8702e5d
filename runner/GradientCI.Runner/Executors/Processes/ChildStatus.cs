using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>How a child of ours ended, without reaping it.</summary>
internal static class ChildStatus
{
    private const int ProcessById = 1;
    private const int ExitedWithoutHangingOrReaping = 4 | 1 | 0x01000000;
    private const int Exited = 1;

    // siginfo_t takes 128 bytes; its reason is the third word, its status the seventh on every 64-bit Linux.
    private const int Words = 32;
    private const int Reason = 2;
    private const int Status = 6;

    /// <summary>The exit code; null while it runs, when a signal ended it, and where the kernel keeps no remains of children.</summary>
    public static int? ReadExitCode(int child)
    {
        Span<int> information = stackalloc int[Words];
        information.Clear();
        return Libc.WaitId(ProcessById, child, information, ExitedWithoutHangingOrReaping) == 0 && information[Reason] == Exited ? information[Status] : null;
    }
}
