using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The passwords for registries that <c>docker login</c> has left: <c>auths</c> of Docker's <c>config.json</c>.</summary>
/// <remarks>Read whenever one is needed, so that logging in is enough. Programs that keep passwords (credential helpers) are not run.</remarks>
/// <param name="folder">The folder of <c>config.json</c>, or null when there is none.</param>
internal sealed class RegistryCredentials(string? folder)
{
    private const string Hub = "docker.io";
    private const string HubAddress = "https://index.docker.io/v1/";
    private const int MaxBytes = 1 << 20;

    /// <summary>The registry that an image comes from: the part before the first slash when it looks like a host.</summary>
    public static string HostOf(string image) =>
        image.Split('/', 2) is [var first, _] && (first == "localhost" || first.AsSpan().IndexOfAny('.', ':') >= 0) ? first : Hub;

    /// <summary>As whom an image is asked for, or null for nobody.</summary>
    /// <exception cref="GradientException">The file cannot be read.</exception>
    public AuthConfig? Find(string image)
    {
        var host = HostOf(image);
        return Read() is { } settings ? Entries(settings).FirstOrDefault(entry => entry.Host == host).Auth : null;
    }

    /// <summary>All, by the address that Docker knows a registry by: base images may come from any.</summary>
    /// <exception cref="GradientException">The file cannot be read.</exception>
    public Dictionary<string, AuthConfig> ListAll() =>
        Read() is { } settings ? Entries(settings).DistinctBy(entry => entry.Host, StringComparer.Ordinal).ToDictionary(entry => entry.Auth.ServerAddress, entry => entry.Auth, StringComparer.Ordinal) : [];

    /// <summary>What to do when a registry does not let us have an image.</summary>
    public string Advise(string image)
    {
        var host = HostOf(image);
        var isHelped = Read() is { } settings && (settings.CredsStore is { Length: > 0 } || settings.CredHelpers?.ContainsKey(host) == true);
        return isHelped
            ? $"Check its name. Passwords that a credential helper keeps for Docker are not asked for: take credsStore and credHelpers out of {PathIn(folder)}, and log in with 'docker login {host}'; or pull the image by hand."
            : $"Check its name; log in with 'docker login {host}' as the user that runs gradientci; or bring it to this machine with 'docker pull' or 'docker build -t'.";
    }

    private static string? PathIn(string? folder) => folder is null ? null : Path.Combine(folder, "config.json");

    private static IEnumerable<(string Host, AuthConfig Auth)> Entries(DockerSettings settings)
    {
        foreach (var (address, entry) in settings.Auths ?? [])
        {
            var host = address[(address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..].Split('/')[0];
            host = host is "index.docker.io" or "registry-1.docker.io" ? Hub : host;
            var (user, password) = (entry.Username, entry.Password);
            if (entry.Auth is { Length: > 0 } both && Decode(both).Split(':', 2) is [var first, var second])
            {
                (user, password) = (first, second.TrimEnd('\0'));
            }

            if (entry.IdentityToken is { Length: > 0 } || user is { Length: > 0 })
            {
                yield return (host, new AuthConfig
                {
                    Username = user,
                    Password = entry.IdentityToken is { Length: > 0 } ? null : password,
                    IdentityToken = entry.IdentityToken is { Length: > 0 } token ? token : null,
                    ServerAddress = host == Hub ? HubAddress : host,
                });
            }
        }
    }

    private static string Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }

    private DockerSettings? Read()
    {
        if (PathIn(folder) is not { } path || !File.Exists(path))
        {
            return null;
        }

        try
        {
            return new FileInfo(path).Length <= MaxBytes
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), DockerSettingsJson.Default.DockerSettings)
                : throw new IOException($"it has more than {MaxBytes} bytes");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            // The parser's own words may quote what stands there.
            var reason = problem is JsonException ? "it is not JSON" : problem.Message.TrimEnd('.');
            throw new GradientException(
                FailureKind.Environment, $"Docker's settings {path}, which may have the registry's password, cannot be read: {reason}.",
                "Mend the file or its permissions, or set DOCKER_CONFIG to another folder.", problem is JsonException ? null : problem);
        }
    }
}

/// <summary>What we read of Docker's <c>config.json</c>.</summary>
internal sealed record DockerSettings
{
    [JsonPropertyName("auths")]
    public Dictionary<string, DockerLogin>? Auths { get; init; }

    [JsonPropertyName("credsStore")]
    public string? CredsStore { get; init; }

    [JsonPropertyName("credHelpers")]
    public Dictionary<string, string>? CredHelpers { get; init; }
}

/// <summary>What <c>docker login</c> writes for a registry.</summary>
internal sealed class DockerLogin
{
    /// <summary>User and password with a colon between, in base64.</summary>
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }
}

[JsonSerializable(typeof(DockerSettings))]
internal sealed partial class DockerSettingsJson : JsonSerializerContext;
