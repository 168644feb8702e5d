using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Faults;

/// <summary>A data folder with a real service that can be killed, and whoever delivers to it.</summary>
internal sealed class ServedFolder : IDisposable
{
    private const string HookSecret = "a secret of hooks alone";
    private const string Secret = "a secret of this test alone";
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly List<string> _said = [];
    private Process? _service;

    /// <summary>A folder that nothing is in but the settings.</summary>
    /// <param name="api">GitHub's API; without it one that nobody answers for.</param>
    /// <param name="token">The token for it.</param>
    public ServedFolder(string api = "http://127.0.0.1:9", string token = "ghp_nobody")
    {
        _folder.Write("token", token);
        Settle(new JsonObject { ["ApiUrl"] = api, ["TokenFile"] = _folder["token"] });
    }

    /// <summary>A folder whose service is a GitHub App.</summary>
    /// <param name="api">GitHub's API.</param>
    /// <param name="app">The app's id.</param>
    /// <param name="key">The app's private key, PEM.</param>
    public ServedFolder(string api, long app, string key)
    {
        _folder.Write("key", key);
        Settle(new JsonObject { ["ApiUrl"] = api, ["AppId"] = app, ["PrivateKeyFile"] = _folder["key"] });
    }

    public string Data => _folder["data"];

    /// <summary>The file with the webhook secret.</summary>
    public string HookSecretFile => _folder["hook-secret"];

    /// <summary>The Docker Engine that it is to use, or null for whichever there is.</summary>
    public string? Engine { get; set; }

    /// <summary>Where the service listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Released for each line that the service says.</summary>
    public SemaphoreSlim Heard { get; } = new(0);

    /// <summary>What the service said.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return string.Join('\n', _said);
            }
        }
    }

    /// <summary>Starts the service, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "serve", "--data", Data])
        {
            WorkingDirectory = Data, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (Engine is not null)
        {
            start.Environment["DOCKER_HOST"] = Engine;
        }

        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _service = Process.Start(start)!;
        _service.OutputDataReceived += (_, line) => Note(line.Data, listening);
        _service.ErrorDataReceived += (_, line) => Note(line.Data, listening);
        _service.BeginOutputReadLine();
        _service.BeginErrorReadLine();
        Address = await listening.Task;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _service!.Kill();
        await _service.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_service!.Id}"]);
        await _service.WaitForExitAsync();
        return _service.ExitCode;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(Address, path));

    /// <summary>Delivers, signed, that a branch of one of ten repositories was deleted: something to record, and nothing to fetch.</summary>
    /// <returns>The receipt, or null when it was not acknowledged.</returns>
    public Task<string?> DeliverAsync(string id) => DeliverAsync(id, "push", new JsonObject
    {
        ["ref"] = $"refs/heads/{id}",
        ["before"] = new string('a', 40),
        ["after"] = new string('0', 40),
        ["repository"] = new JsonObject { ["id"] = id[^1] - '0', ["full_name"] = "octo/digits", ["clone_url"] = "https://github.com/octo/digits.git" },
    });

    /// <summary>Delivers an event, signed.</summary>
    /// <returns>The receipt, or null when it was not acknowledged.</returns>
    public async Task<string?> DeliverAsync(string id, string @event, JsonObject payload)
    {
        var body = Encoding.UTF8.GetBytes(payload.ToJsonString());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/hooks/github")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Delivery", id);
        request.Headers.Add("X-GitHub-Event", @event);
        request.Headers.Add("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body))}");
        try
        {
            using var response = await _client.SendAsync(request);
            return response.IsSuccessStatusCode ? (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["receipt"] : null;
        }
        catch (HttpRequestException)
        {
            // The service is dead, or died meanwhile.
            return null;
        }
    }

    public void Dispose()
    {
        if (_service is { HasExited: false })
        {
            _service.Kill();
            _service.WaitForExit();
        }

        _service?.Dispose();
        _client.Dispose();
        Heard.Dispose();
        _folder.Dispose();
    }

    private void Settle(JsonObject github)
    {
        Directory.CreateDirectory(Data);
        _folder.Write("secret", Secret);
        _folder.Write("hook-secret", HookSecret);
        _folder.Write("data/appsettings.json", new JsonObject
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["PublicUrl"] = "http://ci.example",
            ["MetricsFromLoopback"] = true,
            ["WebhookSecretFiles"] = new JsonArray(_folder["secret"]),
            ["HookSecretFiles"] = new JsonArray(_folder["hook-secret"]),
            ["GitHub"] = github,
        }.ToJsonString());
    }

    private void Note(string? line, TaskCompletionSource<Uri> listening)
    {
        if (line is null)
        {
            // The end of what it says; before it listens that means that it never will.
            listening.TrySetException(new InvalidOperationException($"The service ended:\n{Said}"));
            return;
        }

        lock (_said)
        {
            _said.Add(line);
        }

        // Who is killed may leave half a line.
        if (line.StartsWith('{') && line.EndsWith("}}", StringComparison.Ordinal) && (string?)JsonNode.Parse(line)!["State"]?[nameof(Address)] is { } address)
        {
            listening.TrySetResult(new Uri(address));
        }

        try
        {
            Heard.Release();
        }
        catch (ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }
}
