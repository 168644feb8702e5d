using System.Collections.Concurrent;
using GradientCI.Testing.Node;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>Stoplight's Prism between us and a GitHub: it lets everything pass, and says what deviates from GitHub's description.</summary>
internal sealed class Prism : DelegatingHandler
{
    private const string Violations = "sl-violations";
    private const string Script = "@stoplight/prism-cli/dist/index.js";
    private readonly NodeProgram _program;

    private Prism(NodeProgram program)
        : base(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        _program = program;
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Obstacle { get; } = NodeProgram.FindObstacle(Script, major: 18);

    /// <summary>Where it listens.</summary>
    public string Url => _program.Url;

    /// <summary>What deviated.</summary>
    public ConcurrentQueue<string> Found { get; } = [];

    /// <summary>What passed, and how it was answered.</summary>
    public ConcurrentQueue<string> Passed { get; } = [];

    public static async Task<Prism> StartAsync(string upstream) =>
        new(await NodeProgram.StartAsync(Script, ["proxy", Path.Combine(AppContext.BaseDirectory, "GitHub", "Data", "github-openapi.json"), upstream]));

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
            _program.Dispose();
        }

        base.Dispose(disposing);
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
