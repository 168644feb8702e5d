using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GradientCI.Testing;
using GradientCI.Testing.Node;

namespace GradientCI.Cli.Tests.Services;

/// <summary>GitHub as others understand it: the npm package emulate, with the repository <c>ada/digits</c> and our app installed in it.</summary>
internal sealed class Emulator : IDisposable
{
    public const long AppId = 12345;
    public const long Installation = 100;
    private const string Token = "ghp_ada";
    private const string Script = "emulate/dist/index.js";
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();
    private readonly SemaphoreSlim _asked = new(0);
    private NodeProgram? _program;
    private ImmutableList<string> _answered = [];

    private Emulator()
    {
        using var key = RSA.Create(2048);
        Key = key.ExportPkcs8PrivateKeyPem();
        _folder.Write("seed.json", Seed(Key).ToJsonString());
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("ada");
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Obstacle { get; } = NodeProgram.FindObstacle(Script, major: 20);

    /// <summary>The app's private key, PEM.</summary>
    public string Key { get; }

    public string Url => _program!.Url;

    /// <summary>What it was asked, oldest first: <c>404 POST /repos/ada/digits/statuses/…</c>.</summary>
    public ImmutableList<string> Answered => _answered;

    public static async Task<Emulator> StartAsync()
    {
        var emulator = new Emulator();
        string[] words = ["start", "--service", "github", "--base-url", "http://127.0.0.1", "--seed", emulator._folder["seed.json"]];
        emulator._program = await NodeProgram.StartAsync(Script, words, emulator.Note);
        return emulator;
    }

    /// <summary>Asks as the repository's owner.</summary>
    public async Task<JsonNode> GetAsync(string path) => (await _client.GetFromJsonAsync<JsonNode>($"{Url}/repos/ada/digits{path}"))!;

    /// <summary>All check runs, by their ids: those of a commit cannot be asked for, as its commits are elsewhere.</summary>
    public async Task<IReadOnlyList<JsonNode>> GetCheckRunsAsync()
    {
        var made = Answered.Count(call => call == "201 POST /repos/ada/digits/check-runs");
        return await Task.WhenAll(Enumerable.Range(1, made).Select(id => GetAsync($"/check-runs/{id}")));
    }

    /// <summary>Opens an issue, which is all that is there of a pull request whose commits are elsewhere.</summary>
    /// <returns>Its number.</returns>
    public async Task<int> OpenIssueAsync(string title)
    {
        using var answer = await _client.PostAsJsonAsync($"{Url}/repos/ada/digits/issues", new JsonObject { ["title"] = title });
        return (int)(await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!["number"]!;
    }

    /// <summary>Waits until something is so, which is looked at whenever it was asked something that it has.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await _asked.WaitAsync();
        }
    }

    public void Dispose()
    {
        _program?.Dispose();
        _client.Dispose();
        _asked.Dispose();
        _folder.Dispose();
    }

    // An unknown token acts as the first person, who therefore is nobody.
    private static JsonObject Seed(string key) => new()
    {
        ["tokens"] = new JsonObject { [Token] = new JsonObject { ["login"] = "ada", ["scopes"] = new JsonArray("repo") } },
        ["github"] = new JsonObject
        {
            ["users"] = new JsonArray(new JsonObject { ["login"] = "nobody" }, new JsonObject { ["login"] = "ada" }),
            ["repos"] = new JsonArray(new JsonObject { ["owner"] = "ada", ["name"] = "digits", ["private"] = true, ["auto_init"] = true }),
            ["apps"] = new JsonArray(new JsonObject
            {
                ["app_id"] = AppId, ["slug"] = "gradientci", ["name"] = "GradientCI", ["private_key"] = key, ["events"] = new JsonArray("push", "pull_request"),
                ["permissions"] = new JsonObject
                {
                    ["contents"] = "read", ["metadata"] = "read", ["checks"] = "write", ["statuses"] = "write", ["issues"] = "write", ["pull_requests"] = "write",
                },
                ["installations"] = new JsonArray(
                    new JsonObject { ["installation_id"] = Installation, ["account"] = "ada", ["repository_selection"] = "all" }),
            }),
        },
    };

    private void Note(string line)
    {
        if (line.Split(' ', 2) is ["answered", var call])
        {
            ImmutableInterlocked.Update(ref _answered, (known, next) => known.Add(next), call);
            Heed(call);
        }
    }

    // Looking is asking too, and must not wake itself.
    private void Heed(string call)
    {
        if (!call.Contains(" GET ", StringComparison.Ordinal))
        {
            try
            {
                _asked.Release();
            }
            catch (ObjectDisposedException)
            {
                // Nobody waits any more.
            }
        }
    }
}

/// <summary>A fact that needs an <see cref="Emulator"/>, and is skipped with the reason where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithEmulatorAttribute : FactAttribute
{
    public FactWithEmulatorAttribute()
    {
        Skip = Emulator.Obstacle;
    }
}
