using System.Diagnostics;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Runner.Hosts;

namespace GradientCI.Cli.Runs;

/// <summary>Starts another gradientci that drives a recorded run in a session of its own, so that closing the terminal does not end it.</summary>
internal static class DetachedDriver
{
    public static void Start(RunId run, RunSite site, RunnerOptions options, string? report)
    {
        var setsid = ProgramPath.Find("setsid") ?? throw new GradientException(
            FailureKind.Environment, "The run could not be detached: there is no setsid on the PATH.", "Install util-linux, or run it without --detach.");
        var start = new ProcessStartInfo(setsid) { UseShellExecute = false, WorkingDirectory = site.Session.Data.Root };
        var program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "gradientci.dll")] : [program];
        string[] words =
        [
            "--fork", "/bin/sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", .. self,
            "drive", run.ToString(), "--data", site.Session.Data.Root, "--repo", site.Repository.Location, "--executor", options.Executor,
            .. Switch("--parallel", options.Parallel), .. Switch("--gpus", options.Gpus),
            .. report is null ? [] : (string[])["--report", report],
        ];
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start) ?? throw new GradientException(
            FailureKind.Environment, "The run could not be detached: setsid did not start.", "Run it without --detach.");
        process.WaitForExit();
    }

    private static string[] Switch(string name, int? value) =>
        value is { } number ? [name, number.ToString(CultureInfo.InvariantCulture)] : [];
}
