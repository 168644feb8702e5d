using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace GradientCI.Testing.Trainer;

/// <summary>What the trainer can do; each takes its arguments and gives the exit code.</summary>
internal static partial class Behaviours
{
    public static FrozenDictionary<string, Func<string[], Task<int>>> ByName { get; } =
        new Dictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal)
        {
            ["metrics"] = words => Print(Number(words[0]), x => $$"""{"chart": "loss", "x": {{x}}, "y": {{1.0 / x}}}"""),
            ["lines"] = words => Print(Number(words[0]), x => $"line {x}"),
            ["huge-line"] = words => HugeLineAsync(Number(words[0])),
            ["exit"] = words => Task.FromResult((int)Number(words[0])),
            ["crash"] = words => CrashAsync((int)Number(words[0])),
            ["memory"] = words => EatAsync(Number(words[0])),
            ["dump"] = words => DumpAsync(words[0], words[1..]),
            ["wait"] = words => WaitAsync(words[0]),
            ["ignore-term"] = words => IgnoreTermAsync(words[0]),
            ["daemon"] = words => DaemonAsync(words[0]),
            ["start"] = Starter.StartAsync,
            ["adopt"] = Starter.AdoptAsync,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<int> Print(long count, Func<long, string> line)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        for (var x = 1L; x <= count; x++)
        {
            await output.WriteLineAsync(line(x));
        }

        return 0;
    }

    private static async Task<int> HugeLineAsync(long bytes)
    {
        await using var output = Console.OpenStandardOutput();
        var block = Encoding.ASCII.GetBytes(new string('x', 1 << 16));
        for (var left = bytes; left > 0; left -= block.Length)
        {
            await output.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
        }

        output.WriteByte((byte)'\n');
        return 0;
    }

    private static Task<int> CrashAsync(int signal)
    {
        _ = Kill(Environment.ProcessId, signal);
        return Forever();
    }

    private static async Task<int> EatAsync(long bytes)
    {
        var eaten = new List<byte[]>();
        for (var left = bytes; left > 0; left -= 1 << 20)
        {
            var block = new byte[1 << 20];
            Array.Fill(block, (byte)1);
            eaten.Add(block);
        }

        Console.WriteLine("eaten");
        await Forever();
        return eaten.Count;
    }

    private static async Task<int> DumpAsync(string path, string[] arguments)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value, StringComparer.Ordinal);
        var dump = new { Environment = environment, Directory = Environment.CurrentDirectory, Arguments = arguments };
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(dump));
        return 0;
    }

    private static async Task<int> WaitAsync(string path)
    {
        while (!File.Exists(path))
        {
            await Task.Delay(10);
        }

        return 0;
    }

    private static async Task<int> IgnoreTermAsync(string readyPath)
    {
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        await File.WriteAllTextAsync(readyPath, "ready\n");
        return await Forever();
    }

    // Forked twice, in a session of its own, deaf to SIGTERM; its id is in the file before we end.
    private static async Task<int> DaemonAsync(string pidPath)
    {
        using var shell = Process.Start("/bin/sh", ["-c", """
            setsid sh -c 'trap "" TERM; echo $$ >"$1.new"; mv "$1.new" "$1"; while :; do sleep 1; done' daemon "$1" &
            """, "daemon", pidPath]);
        await shell.WaitForExitAsync();
        return await WaitAsync(pidPath);
    }

    private static async Task<int> Forever()
    {
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
