using System.Text.Json.Serialization;

namespace GradientCI.Runner.Executors.Docker.Client.Models;

/// <summary>As whom the Engine asks a registry. Never printed: it holds a password.</summary>
internal sealed class AuthConfig
{
    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    /// <summary>A token in the password's place.</summary>
    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }

    [JsonPropertyName("serveraddress")]
    public required string ServerAddress { get; init; }
}
