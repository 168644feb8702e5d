using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Stores;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>What GitHub sends: published examples, and what those lack made from them.</summary>
internal static class Payload
{
    public const string Zeros = "0000000000000000000000000000000000000000";
    private static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "GitHub", "Payloads");

    /// <summary>The names of all examples: <c>push.tag-created</c>.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public static JsonNode Example(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")))!;

    /// <summary>An example as it is delivered, after a change.</summary>
    public static Delivery Delivery(string name, Action<JsonNode>? change = null)
    {
        var payload = Example(name);
        change?.Invoke(payload);
        return new Delivery("72d3162e-cc78-11e3-81ab-4c9367dc0958", name.Split('.')[0], Noon, Encoding.UTF8.GetBytes(payload.ToJsonString()));
    }

    /// <summary>A push of one ref.</summary>
    public static Delivery Push(string before, string after, string name, bool forced = false) => Delivery(
        "push.branch-created",
        push =>
        {
            (push["ref"], push["before"], push["after"]) = (name, before, after);
            (push["created"], push["deleted"], push["forced"]) = (before == Zeros, after == Zeros, forced);
        });
}
