using System.ComponentModel;
using System.Diagnostics;

namespace GradientCI.Testing.Node;

/// <summary>A server of an npm package of <c>tests/npm</c>, on loopback, which ends with its standard input.</summary>
public sealed class NodeProgram : IDisposable
{
    private const string Listening = "listening ";
    private static readonly string Packages = Path.Combine(ProjectRoot.Path, "tests", "npm");
    private readonly TaskCompletionSource<string> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private NodeProgram(string script, string[] words)
    {
        _process = Process.Start(new ProcessStartInfo("node", ["--require", Path.Combine(Packages, "loopback.cjs"), ScriptOf(script), .. words])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Why it cannot be run here, or null.</summary>
    /// <param name="script">The script's path below <c>node_modules</c>.</param>
    /// <param name="major">The oldest version of Node.js that it works with.</param>
    public static string? FindObstacle(string script, int major)
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            var version = node.StandardOutput.ReadToEnd().Trim();
            return !Version.TryParse(version.TrimStart('v'), out var known) || known.Major < major ? $"{script} needs node {major}, and this is {version}"
                : !File.Exists(ScriptOf(script)) ? "the packages of tests/npm are not installed: npm ci --ignore-scripts --prefix tests/npm"
                : null;
        }
        catch (Win32Exception)
        {
            return "there is no node here";
        }
    }

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="script">The script's path below <c>node_modules</c>.</param>
    /// <param name="words">Its arguments.</param>
    /// <param name="heed">Takes each further line that it prints.</param>
    /// <exception cref="InvalidOperationException">It ended before it listened.</exception>
    public static async Task<NodeProgram> StartAsync(string script, string[] words, Action<string>? heed = null)
    {
        var program = new NodeProgram(script, words);
        program._process.OutputDataReceived += (_, said) => program.Hear(said.Data, heed);
        program._process.BeginOutputReadLine();
        program.Url = $"http://127.0.0.1:{await program._port.Task}";
        return program;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string ScriptOf(string script) => Path.Combine(Packages, "node_modules", script);

    private void Hear(string? line, Action<string>? heed)
    {
        if (line is null)
        {
            _port.TrySetException(new InvalidOperationException("It ended before it listened."));
        }
        else if (line.StartsWith(Listening, StringComparison.Ordinal))
        {
            _port.TrySetResult(line[Listening.Length..]);
        }
        else
        {
            heed?.Invoke(line);
        }
    }
}
