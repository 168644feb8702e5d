using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using GradientCI.Testing;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>Stoplight's Prism between us and a GitHub: it lets everything pass, and says what deviates from GitHub's description.</summary>
internal sealed class Prism : DelegatingHandler
{
    private const string Violations = "sl-violations";
    private static readonly string Packages = Path.Combine(ProjectRoot.Path, "tests", "npm");
    private static readonly string Program = Path.Combine(Packages, "node_modules", "@stoplight", "prism-cli", "dist", "index.js");
    private readonly Process _process;

    private Prism(Process process)
        : base(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        _process = process;
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What deviated.</summary>
    public ConcurrentQueue<string> Found { get; } = [];

    /// <summary>What passed, and how it was answered.</summary>
    public ConcurrentQueue<string> Passed { get; } = [];

    public static async Task<Prism> StartAsync(string upstream)
    {
        string[] words =
        [
            "--require", Path.Combine(Packages, "loopback.cjs"), Program,
            "proxy", Path.Combine(AppContext.BaseDirectory, "GitHub", "Data", "github-openapi.json"), upstream,
        ];
        var prism = new Prism(Process.Start(new ProcessStartInfo("node", words) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!);
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        prism._process.OutputDataReceived += (_, said) =>
        {
            if (said.Data is null)
            {
                listening.TrySetException(new InvalidOperationException("Prism ended before it listened."));
            }
            else if (said.Data.StartsWith("listening ", StringComparison.Ordinal))
            {
                listening.TrySetResult(said.Data["listening ".Length..]);
            }
        };
        prism._process.BeginOutputReadLine();
        prism.Url = $"http://127.0.0.1:{await listening.Task}";
        return prism;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        Passed.Enqueue($"{(int)response.StatusCode} {request.Method} {request.RequestUri!.AbsolutePath}");
        if (response.Headers.TryGetValues(Violations, out var violations))
        {
            Found.Enqueue($"{request.Method} {request.RequestUri.AbsolutePath}: {string.Join(' ', violations)}");
        }

        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _process.Kill();
            _process.Dispose();
        }

        base.Dispose(disposing);
    }

    private static string? FindObstacle()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            node.WaitForExit();
            return File.Exists(Program) ? null : "the packages of tests/npm are not installed: npm ci --ignore-scripts --prefix tests/npm";
        }
        catch (Win32Exception)
        {
            return "there is no node here";
        }
    }
}

/// <summary>A fact that needs Prism.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithPrismAttribute : FactAttribute
{
    public FactWithPrismAttribute()
    {
        Skip = Prism.Obstacle;
    }
}
