using System.ComponentModel;
using System.Diagnostics;

namespace GradientCI.Testing.Engines;

/// <summary><c>eng/engine.sh</c> and <c>eng/podman.sh</c>, which start Engines.</summary>
internal static class EngineScript
{
    private static string Location => Path.Combine(FindRoot(), "eng", "engine.sh");

    /// <summary>Starts one that ends with this process.</summary>
    /// <param name="liveRestore">Whether its containers outlive it.</param>
    /// <param name="hasGpus">Whether it can give GPUs to containers, or so it thinks.</param>
    /// <returns>The folder that it lives in, or why there is none.</returns>
    public static (string? Folder, string? Obstacle) Up(bool liveRestore, bool hasGpus = true) =>
        // A test installs nothing on the machine of a person who runs it.
        Up("engine", "Docker Engine", new() { ["INSTALL"] = "0", ["LIVE_RESTORE"] = liveRestore ? "1" : "0", ["NVIDIA"] = hasGpus ? "1" : "0" });

    /// <summary>Starts a Podman that ends with this process.</summary>
    /// <returns>The folder that it lives in, or why there is none.</returns>
    public static (string? Folder, string? Obstacle) UpPodman() => Up("podman", "Podman", []);

    /// <summary>Ends one, and its containers.</summary>
    public static Task DownAsync(string folder) => RunAsync(Location, "down", folder);

    /// <summary>Starts, stops or kills the daemon alone.</summary>
    public static Task ControlAsync(string folder, string verb) => RunAsync($"{folder}/ctl", verb);

    private static (string? Folder, string? Obstacle) Up(string script, string what, Dictionary<string, string> variables)
    {
        try
        {
            var start = new ProcessStartInfo(Path.Combine(FindRoot(), "eng", $"{script}.sh"), ["up"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["WATCH"] = $"{Environment.ProcessId}" },
            };
            foreach (var (name, value) in variables)
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start)!;
            var problem = process.StandardError.ReadToEndAsync();
            var folder = process.StandardOutput.ReadLine();
            return folder is null
                ? (null, $"no {what}: {problem.GetAwaiter().GetResult().Trim().Split('\n')[^1].Replace($"{script}: ", "", StringComparison.Ordinal)}")
                : (folder, null);
        }
        catch (Win32Exception problem)
        {
            return (null, $"no {what}: {problem.Message}");
        }
    }

    private static async Task RunAsync(string program, params string[] words)
    {
        using var script = Process.Start(new ProcessStartInfo(program, words) { UseShellExecute = false, RedirectStandardError = true })!;
        var said = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        script.ExitCode.ShouldBe(0, script.ExitCode == 0 ? null : await said);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "GradientCI.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
