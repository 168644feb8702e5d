using System.Runtime.InteropServices;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>Starts programs with <c>posix_spawn</c>.</summary>
/// <remarks>
/// <see cref="System.Diagnostics.Process"/> can neither begin a session nor append to a file nor close what it inherited;
/// through <c>setsid</c> and a redirecting shell the same costs one more program per trial.
/// </remarks>
internal static class Spawner
{
    // glibc's opaque structures take 336 and 80 bytes; room for others.
    private const int StructureSize = 512;
    private const short DefaultSignalsEmptyMaskNewSession = 0x04 | 0x08 | 0x80;

    private static readonly nint Attributes = CreateAttributes();

    /// <summary>Starts a program in a session of its own, with nothing open but its three standard streams.</summary>
    /// <param name="arguments">The program's path, then its words.</param>
    /// <param name="environment">All its variables.</param>
    /// <param name="workingDirectory">Where it starts.</param>
    /// <param name="output">An open file for standard output and error.</param>
    /// <param name="process">Its id, when it was started.</param>
    /// <returns>0, or the error number.</returns>
    public static int Start(
        IReadOnlyList<string> arguments, IReadOnlyCollection<KeyValuePair<string, string>> environment, string workingDirectory, int output, out int process)
    {
        var words = new nint[arguments.Count + 1];
        var variables = new nint[environment.Count + 1];
        var actions = Marshal.AllocHGlobal(StructureSize);
        _ = Libc.InitActions(actions);
        try
        {
            Fill(words, arguments);
            Fill(variables, environment.Select(variable => $"{variable.Key}={variable.Value}"));
            _ = Libc.AddOpen(actions, 0, "/dev/null", OpenFlags.ReadOnly, 0);
            _ = Libc.AddDuplicate(actions, output, 1);
            _ = Libc.AddDuplicate(actions, output, 2);
            CloseInherited(actions);
            _ = Libc.AddChangeDirectory(actions, workingDirectory);
            return Libc.Spawn(out process, arguments[0], actions, Attributes, words, variables);
        }
        finally
        {
            _ = Libc.DestroyActions(actions);
            Marshal.FreeHGlobal(actions);
            Array.ForEach(words, Marshal.FreeCoTaskMem);
            Array.ForEach(variables, Marshal.FreeCoTaskMem);
        }
    }

    // What .NET opens is closed by the kernel anyway; this is for what our own parent left open. glibc has it since 2.34.
    private static void CloseInherited(nint actions)
    {
        try
        {
            _ = Libc.AddCloseFrom(actions, 3);
        }
        catch (EntryPointNotFoundException)
        {
            return;
        }
    }

    // The last element stays null, as the kernel wants it.
    private static void Fill(nint[] target, IEnumerable<string> texts)
    {
        var at = 0;
        foreach (var text in texts)
        {
            target[at++] = Marshal.StringToCoTaskMemUTF8(text);
        }
    }

    // The runtime ignores SIGPIPE, and an ignored signal would stay ignored in the trial.
    private static nint CreateAttributes()
    {
        var attributes = Marshal.AllocHGlobal(StructureSize);
        Span<byte> allSignals = stackalloc byte[128];
        allSignals.Fill(0xff);
        _ = Libc.InitAttributes(attributes);
        _ = Libc.SetDefaultSignals(attributes, allSignals);
        _ = Libc.SetFlags(attributes, DefaultSignalsEmptyMaskNewSession);
        return attributes;
    }
}
