using System.Diagnostics;
using System.Globalization;
using GradientCI.Cli.Runs;
using GradientCI.Runner;
using GradientCI.Runner.Hosts;

namespace GradientCI.Cli.Workers;

/// <summary>Starts a worker in a session of its own, so that closing the terminal does not end it.</summary>
internal static class BackgroundWorker
{
    private const long LongLog = 8 << 20;

    /// <summary>Starts one that ends when the queue is empty; when there is a worker already it finds that out and ends at once.</summary>
    /// <exception cref="GradientException">It could not be started; what is queued waits for <c>gradientci worker</c>.</exception>
    public static void EnsureOne(Session session, RunnerOptions options)
    {
        var setsid = ProgramPath.Find("setsid") ?? throw new GradientException(
            FailureKind.Environment, "No worker could be started in the background: there is no setsid on the PATH.",
            "Install util-linux, or start one with: gradientci worker --until-idle");
        var start = new ProcessStartInfo(setsid) { UseShellExecute = false, WorkingDirectory = session.Data.Root };
        string[] words =
        [
            "--fork", "/bin/sh", "-c", "log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1", "sh", session.Data.WorkerLog, .. OwnProgram(),
            "worker", "--until-idle", "--only-one", "--data", session.Data.Root, "--executor", options.Executor,
            .. Switch("--parallel", options.Parallel), .. Switch("--gpus", options.Gpus),
        ];
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start) ?? throw new GradientException(
            FailureKind.Environment, "No worker could be started in the background: setsid did not start.", "Start one with: gradientci worker --until-idle");
        process.WaitForExit();
    }

    /// <summary>Puts a long log aside, for a worker in the background; it writes on there, and the next one begins anew.</summary>
    public static void KeepLogShort(DataFolder data)
    {
        if (new FileInfo(data.WorkerLog) is { Exists: true, Length: > LongLog })
        {
            File.Move(data.WorkerLog, data.WorkerLog + ".1", overwrite: true);
        }
    }

    /// <summary>The words that start this program again.</summary>
    public static string[] OwnProgram()
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "gradientci.dll")] : [program];
    }

    private static string[] Switch(string name, int? value) =>
        value is { } number ? [name, number.ToString(CultureInfo.InvariantCulture)] : [];
}
