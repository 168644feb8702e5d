using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

public sealed partial class FakeGitHub
{
    private readonly Dictionary<string, string> _people = [];
    private readonly Dictionary<string, InstallationToken> _installationTokens = [];

    /// <summary>The app, or null when none is registered.</summary>
    public FakeApp? App { get; set; }

    /// <summary>How long installation tokens live.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Every installation token that was made, oldest first.</summary>
    public IReadOnlyList<string> TokensMade => [.. _installationTokens.Keys];

    /// <summary>Lets somebody in with a token.</summary>
    public void AddPerson(string login, string token)
    {
        lock (_lock)
        {
            _people[token] = login;
        }
    }

    /// <summary>Takes a token back, a person's or an installation's.</summary>
    public void Revoke(string token)
    {
        lock (_lock)
        {
            _people.Remove(token);
            if (_installationTokens.TryGetValue(token, out var made))
            {
                _installationTokens[token] = made with { ExpiresAt = DateTimeOffset.MinValue };
            }
        }
    }

    private Caller Identify(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || header.Parameter is not { } secret)
        {
            return new Caller(null) { Fault = "Requires authentication" };
        }

        if (_people.TryGetValue(secret, out var login))
        {
            return new Caller(login) { Login = login };
        }

        if (_installationTokens.TryGetValue(secret, out var made) && made.ExpiresAt > Now)
        {
            return new Caller($"installation {made.Installation}") { Login = $"{App!.Slug}[bot]", Token = made };
        }

        if (App is not null && secret.Count(character => character == '.') == 2)
        {
            return new Caller("app") { Fault = App.FindFault(secret, Now), IsApp = true };
        }

        return new Caller(null) { Fault = "Bad credentials" };
    }

    private FakeReply MakeToken(long installation, JsonNode? wanted)
    {
        if (_repositories.All(repository => repository.Installation != installation))
        {
            return FakeReply.Error(404, "Not Found");
        }

        var permissions = wanted?["permissions"]?.AsObject().ToDictionary(each => each.Key, each => (string)each.Value!) ?? App!.Permissions.ToDictionary();
        if (permissions.FirstOrDefault(each => App!.Permissions.GetValueOrDefault(each.Key) is not { } has || (each.Value == "write" && has != "write")).Key is { } lacking)
        {
            return FakeReply.Error(422, $"The permissions requested are not granted to this installation: {lacking}.");
        }

        var repositories = wanted?["repository_ids"]?.AsArray().Select(id => (long)id!).ToHashSet();
        var token = $"ghs_{Guid.NewGuid():N}";
        var made = new InstallationToken(installation, Now + TokenLife, permissions, repositories);
        _installationTokens[token] = made;
        return new FakeReply(201, new JsonObject
        {
            ["token"] = token,
            ["expires_at"] = made.ExpiresAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["permissions"] = new JsonObject(permissions.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
            ["repository_selection"] = repositories is null ? "all" : "selected",
        });
    }

    private sealed record InstallationToken(long Installation, DateTimeOffset ExpiresAt, Dictionary<string, string> Permissions, HashSet<long>? Repositories);

    private sealed record Caller(string? Name)
    {
        public string? Login { get; init; }

        public InstallationToken? Token { get; init; }

        public bool IsApp { get; init; }

        public string? Fault { get; init; }
    }
}
