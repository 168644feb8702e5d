using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GradientCI.Webhook.Forges.GitHub.Http;

/// <summary>One call.</summary>
/// <param name="Method">GET, or what changes something.</param>
/// <param name="Path">Below the API's address: <c>/user</c>.</param>
/// <param name="Purpose">What for, as it goes on after "to": <c>post a status at acme/digits</c>.</param>
internal sealed record GitHubRequest(HttpMethod Method, string Path, string Purpose)
{
    /// <summary>JSON, or null.</summary>
    public byte[]? Body { get; private init; }

    /// <summary>How long GitHub is to be left alone before.</summary>
    public WritePace Pace { get; init; }

    public static GitHubRequest Get(string path, string purpose) => new(HttpMethod.Get, path, purpose);

    public static GitHubRequest Post<T>(string path, string purpose, T body, JsonTypeInfo<T> type) => Write(HttpMethod.Post, path, purpose, JsonSerializer.SerializeToUtf8Bytes(body, type));

    public static GitHubRequest Patch<T>(string path, string purpose, T body, JsonTypeInfo<T> type) => Write(HttpMethod.Patch, path, purpose, JsonSerializer.SerializeToUtf8Bytes(body, type));

    private static GitHubRequest Write(HttpMethod method, string path, string purpose, byte[] body) => new(method, path, purpose) { Body = body, Pace = WritePace.Write };
}

/// <summary>What GitHub's good manners ask between two calls of the kind.</summary>
internal enum WritePace
{
    /// <summary>Nothing: it only reads.</summary>
    Read,

    /// <summary>A second after any write; it writes nothing that people see, such as a token.</summary>
    Change,

    /// <summary>The same, and it counts among the hour's writes.</summary>
    Write,

    /// <summary>Also three seconds after the last of its kind, since it sends mail to people.</summary>
    Notify,
}
