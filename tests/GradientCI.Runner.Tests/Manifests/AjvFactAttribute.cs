using System.ComponentModel;
using System.Diagnostics;

namespace GradientCI.Runner.Tests.Manifests;

/// <summary>A test that asks npm's <c>ajv</c>, an independent implementation of JSON Schema; skipped where it cannot be had.</summary>
public sealed class AjvFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    public AjvFactAttribute()
    {
        if (Obstacle.Value is { } obstacle)
        {
            Skip = obstacle;
        }
    }

    /// <summary>Where ajv is installed: beside the build's output, so that it is fetched once.</summary>
    internal static string Folder { get; } = Path.Combine(RepositoryFiles.Root, "artifacts", "ajv");

    internal static (int Code, string Output) Run(string program, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    private static string? FindObstacle()
    {
        Directory.CreateDirectory(Folder);
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "ajv")))
        {
            return null;
        }

        try
        {
            var (code, output) = Run("npm", "", "install", "ajv@8.17.1", "--no-save", "--no-audit", "--no-fund", "--prefix", Folder);
            return code == 0 ? null : $"npm could not install ajv: {output}";
        }
        catch (Win32Exception)
        {
            return "npm is not installed";
        }
    }
}
