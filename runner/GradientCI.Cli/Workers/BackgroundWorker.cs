using System.Diagnostics;
using System.Globalization;
using GradientCI.Cli.Runs;
using GradientCI.Runner.Hosts;

namespace GradientCI.Cli.Workers;

/// <summary>Starts a worker in a session of its own, so that closing the terminal does not end it.</summary>
internal static class BackgroundWorker
{
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

    /// <summary>The words that start this program again.</summary>
    public static string[] OwnProgram()
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "gradientci.dll")] : [program];
    }

    private static string[] Switch(string name, int? value) =>
        value is { } number ? [name, number.ToString(CultureInfo.InvariantCulture)] : [];
}
