using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

/// <summary>What the stand-in answers.</summary>
public sealed record FakeReply(int Status, JsonNode? Body = null)
{
    /// <summary>Never answers.</summary>
    public static FakeReply Silence => new(0) { Hangs = true };

    /// <summary>Ends the connection without an answer.</summary>
    public static FakeReply Hangup => new(0) { Breaks = true };

    /// <summary>A gateway's page instead of JSON.</summary>
    public static FakeReply BadGateway => new(502) { Text = "<html><h1>502 Bad Gateway</h1></html>" };

    public IDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public bool Hangs { get; init; }

    public bool Breaks { get; init; }

    /// <summary>A body that is no JSON.</summary>
    public string? Text { get; init; }

    public string Content => Text ?? Body?.ToJsonString() ?? "";

    /// <summary>A refusal in GitHub's form.</summary>
    public static FakeReply Error(int status, string message, params string[] errors)
    {
        var body = new JsonObject { ["message"] = message, ["documentation_url"] = "https://docs.github.com/rest", ["status"] = status.ToString() };
        if (errors.Length > 0)
        {
            body["errors"] = new JsonArray([.. errors.Select(error => new JsonObject { ["resource"] = "Status", ["code"] = "custom", ["message"] = error })]);
        }

        return new FakeReply(status, body);
    }

    /// <summary>A secondary limit, with or without the time to wait.</summary>
    public static FakeReply SecondaryLimit(int status = 403, int? retryAfter = null)
    {
        var reply = Error(status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");
        if (retryAfter is { } seconds)
        {
            reply.Headers["Retry-After"] = seconds.ToString();
        }

        return reply;
    }
}
