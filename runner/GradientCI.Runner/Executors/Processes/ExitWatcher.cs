using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>Tells when processes end that need not be our children.</summary>
/// <remarks>
/// One thread of the whole process waits on all pidfds, as .NET waits on all sockets. A kernel without pidfds (before 5.3)
/// is asked again and again instead.
/// </remarks>
internal static class ExitWatcher
{
    private const int Add = 1;
    private const int Remove = 2;
    private const int ReadableOnce = 1 | (1 << 30);

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);

    // struct epoll_event is packed on x64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly ConcurrentDictionary<int, TaskCompletionSource> Waiting = new();
    private static readonly Lazy<int> Poll = new(StartThread);

    /// <summary>Ends when the process has ended, though perhaps not been reaped; at once when it is gone.</summary>
    public static Task WhenGoneAsync(ProcessIdentity process, TimeProvider time)
    {
        var file = Libc.OpenProcess(process.Pid);
        if (file < 0)
        {
            return AskAsync(process, time);
        }

        // Looked at after the descriptor was opened: from here on it cannot become another process's.
        if (!process.IsAlive())
        {
            _ = Libc.Close(file);
            return Task.CompletedTask;
        }

        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Waiting[file] = gone;
        Span<byte> pollEvent = stackalloc byte[16];
        pollEvent.Clear();
        MemoryMarshal.Write(pollEvent, ReadableOnce);
        MemoryMarshal.Write(pollEvent[DataOffset..], file);
        if (Libc.ControlPoll(Poll.Value, Add, file, pollEvent) == 0)
        {
            return gone.Task;
        }

        Waiting.TryRemove(file, out _);
        _ = Libc.Close(file);
        return AskAsync(process, time);
    }

    /// <summary>The way of a kernel without pidfds.</summary>
    internal static async Task AskAsync(ProcessIdentity process, TimeProvider time)
    {
        while (process.IsAlive())
        {
            await Task.Delay(AskAgain, time);
        }
    }

    private static int StartThread()
    {
        var poll = Libc.CreatePoll(OpenFlags.CloseOnExec);
        if (poll >= 0)
        {
            new Thread(() => Watch(poll)) { IsBackground = true, Name = "process exits" }.Start();
        }

        return poll;
    }

    private static void Watch(int poll)
    {
        Span<byte> pollEvent = stackalloc byte[16];
        while (true)
        {
            // Fails only when a signal interrupts it.
            if (Libc.WaitPoll(poll, pollEvent, 1, -1) == 1)
            {
                var file = MemoryMarshal.Read<int>(pollEvent[DataOffset..]);
                if (Waiting.TryRemove(file, out var gone))
                {
                    // Closing alone would not do: a child between fork and exec holds the descriptor, and with it its
                    // registration, whose events would then be taken for those of the number's next owner.
                    _ = Libc.ControlPoll(poll, Remove, file, pollEvent);
                    _ = Libc.Close(file);
                    gone.TrySetResult();
                }
            }
        }
    }
}
