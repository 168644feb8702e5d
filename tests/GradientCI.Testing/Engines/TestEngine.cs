using System.ComponentModel;
using System.Diagnostics;

namespace GradientCI.Testing.Engines;

/// <summary>A real Docker Engine of the tests' own: the one that <c>eng/test.sh</c> started, or one that ends with this process.</summary>
public static class TestEngine
{
    /// <summary>An image of Debian packages: a shell, Python 3.11, and what .NET needs.</summary>
    public const string Image = "gradientci/test:1";

    private static readonly Lazy<(string? Folder, string? Obstacle)> Started = new(Start);

    /// <summary>Why there is none here, or null.</summary>
    public static string? Obstacle => Started.Value.Obstacle;

    /// <summary>What <c>DOCKER_HOST</c> is to be.</summary>
    public static string Host => $"unix://{Started.Value.Folder}/docker.sock";

    /// <summary>The daemon's process, in whose network its containers and registries are.</summary>
    public static string ProcessId => File.ReadAllText($"{Started.Value.Folder}/dockerd.pid").Trim();

    /// <summary>The variables to reach it by.</summary>
    public static string? Variable(string name) => name == "DOCKER_HOST" ? Host : null;

    /// <summary>Starts, stops or kills the daemon; containers live on.</summary>
    public static async Task ControlAsync(string verb)
    {
        using var control = Process.Start(new ProcessStartInfo($"{Started.Value.Folder}/ctl", [verb]) { UseShellExecute = false, RedirectStandardError = true })!;
        await control.WaitForExitAsync();
        control.ExitCode.ShouldBe(0, control.ExitCode == 0 ? null : await control.StandardError.ReadToEndAsync());
    }

    private static (string? Folder, string? Obstacle) Start()
    {
        if (Environment.GetEnvironmentVariable("GRADIENTCI_TEST_ENGINE") is { Length: > 0 } running)
        {
            return (running, null);
        }

        try
        {
            // A test installs nothing on the machine of a person who runs it.
            var start = new ProcessStartInfo(Path.Combine(FindRoot(), "eng", "engine.sh"), ["up"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["INSTALL"] = "0", ["WATCH"] = $"{Environment.ProcessId}" },
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
