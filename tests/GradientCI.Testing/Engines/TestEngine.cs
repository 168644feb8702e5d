using System.Net.Sockets;
using System.Text;
using System.Text.Json;

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
    public static Task ControlAsync(string verb) => EngineScript.ControlAsync(Started.Value.Folder!, verb);

    /// <summary>Asks it for something.</summary>
    /// <returns>What it answered: JSON, as a rule.</returns>
    public static async Task<string> AskAsync(HttpMethod method, string path, string body = "")
    {
        var socket = new UnixDomainSocketEndPoint($"{Started.Value.Folder}/docker.sock");
        using var handler = new SocketsHttpHandler { ConnectCallback = async (_, cancellationToken) => await ConnectAsync(socket, cancellationToken) };
        using var http = new HttpClient(handler);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, $"http://engine/v1.41/{path}") { Content = content };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text;
    }

    /// <summary>The containers of a data folder, by id.</summary>
    public static async Task<IReadOnlyList<string>> ContainersOfAsync(string data)
    {
        var filters = Uri.EscapeDataString(JsonSerializer.Serialize(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["label"] = [$"gradientci.data={data}"] }));
        using var list = JsonDocument.Parse(await AskAsync(HttpMethod.Get, $"containers/json?all=1&filters={filters}"));
        return [.. list.RootElement.EnumerateArray().Select(container => container.GetProperty("Id").GetString()!)];
    }

    private static async ValueTask<Stream> ConnectAsync(UnixDomainSocketEndPoint socket, CancellationToken cancellationToken)
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await connection.ConnectAsync(socket, cancellationToken);
        return new NetworkStream(connection, ownsSocket: true);
    }

    private static (string? Folder, string? Obstacle) Start() =>
        Environment.GetEnvironmentVariable("GRADIENTCI_TEST_ENGINE") is { Length: > 0 } running ? (running, null) : EngineScript.Up(liveRestore: true);
}
