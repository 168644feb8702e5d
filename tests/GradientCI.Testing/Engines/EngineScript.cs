using System.ComponentModel;
using System.Diagnostics;

namespace GradientCI.Testing.Engines;

/// <summary><c>eng/engine.sh</c>, which starts Engines.</summary>
internal static class EngineScript
{
    private static string Location => Path.Combine(FindRoot(), "eng", "engine.sh");

    /// <summary>Starts one that ends with this process.</summary>
    /// <param name="liveRestore">Whether its containers outlive it.</param>
    /// <returns>The folder that it lives in, or why there is none.</returns>
    public static (string? Folder, string? Obstacle) Up(bool liveRestore)
    {
        try
        {
            // A test installs nothing on the machine of a person who runs it.
            var start = new ProcessStartInfo(Location, ["up"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["INSTALL"] = "0", ["WATCH"] = $"{Environment.ProcessId}", ["LIVE_RESTORE"] = liveRestore ? "1" : "0" },
            };
            using var script = Process.Start(start)!;
            var problem = script.StandardError.ReadToEndAsync();
            var folder = script.StandardOutput.ReadLine();
            return folder is null
                ? (null, $"no Docker Engine: {problem.GetAwaiter().GetResult().Trim().Split('\n')[^1].Replace("engine: ", "", StringComparison.Ordinal)}")
                : (folder, null);
        }
        catch (Win32Exception problem)
        {
            return (null, $"no Docker Engine: {problem.Message}");
        }
    }

    /// <summary>Ends one, and its containers.</summary>
    public static Task DownAsync(string folder) => RunAsync(Location, "down", folder);

    /// <summary>Starts, stops or kills the daemon alone.</summary>
    public static Task ControlAsync(string folder, string verb) => RunAsync($"{folder}/ctl", verb);

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
