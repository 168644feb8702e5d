using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GradientCI.Webhook.Api;

namespace GradientCI.Testing;

/// <summary><c>docs/openapi.json</c> as the service serves it, which every answer of a test is held to.</summary>
public sealed partial class ApiDescription
{
    private const string LinesOfJson = "application/x-ndjson";
    private readonly JsonElement _root;
    private readonly JsonSchema _schemas;

    private ApiDescription(JsonNode document)
    {
        Close(document["components"]!["schemas"]!);
        Close(document["paths"]!);
        _root = JsonSerializer.SerializeToElement(document);
        _schemas = new JsonSchema(_root);
    }

    /// <summary>The answers that were seen: operation, status.</summary>
    public ConcurrentDictionary<(string Operation, string Status), bool> Seen { get; } = new();

    /// <summary>Every operation: method, path, description.</summary>
    public IEnumerable<(string Method, string Path, JsonElement Operation)> Operations =>
        from path in _root.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    public static ApiDescription Load()
    {
        using var stream = typeof(ApiRoutes).Assembly.GetManifestResourceStream("openapi.json")!;
        return new ApiDescription(JsonNode.Parse(stream)!);
    }

    /// <summary>Holds an answer of the API to what is said of it.</summary>
    public async Task ShouldCoverAsync(HttpRequestMessage request, HttpResponseMessage answer)
    {
        var method = request.Method == HttpMethod.Head ? "GET" : request.Method.Method;
        var path = request.RequestUri!.AbsolutePath;
        var found = Operations.Where(each => each.Method == method && Matches(each.Path, path)).OrderBy(each => each.Path.Count(letter => letter == '{')).ToList();
        var status = $"{(int)answer.StatusCode}";
        if (found.Count == 0)
        {
            status.ShouldBeOneOf(["404", "405", "400"], $"{method} {path}");
            return;
        }

        var (_, template, operation) = found[0];
        operation.GetProperty("responses").TryGetProperty(status, out var response).ShouldBeTrue($"{method} {template} answered {status}: {await answer.Content.ReadAsStringAsync()}");
        response = _schemas.Resolve(response);
        var media = answer.Content.Headers.ContentType!.MediaType!;
        response.GetProperty("content").TryGetProperty(media, out var content).ShouldBeTrue($"{method} {template} answered {status} as {media}");
        Seen[(operation.GetProperty("operationId").GetString()!, status)] = true;
        var schema = _schemas.Resolve(content.GetProperty("schema"));
        if (media.EndsWith("json", StringComparison.Ordinal) && request.Method != HttpMethod.Head && !IsText(schema))
        {
            var text = await answer.Content.ReadAsStringAsync();
            foreach (var part in media == LinesOfJson ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text])
            {
                using var body = JsonDocument.Parse(part);
                _schemas.FindFaults(body.RootElement, schema, $"{method} {template} {status}").ShouldBeEmpty();
            }
        }
    }

    // What a client must bear, a field that came later, is a mistake of ours in a test.
    private static void Close(JsonNode? node)
    {
        if (node is JsonObject found)
        {
            if (found["properties"] is JsonObject && !found.ContainsKey("additionalProperties"))
            {
                found["additionalProperties"] = false;
            }

            foreach (var (_, child) in found)
            {
                Close(child);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var child in list)
            {
                Close(child);
            }
        }
    }

    private static bool IsText(JsonElement schema) => schema.TryGetProperty("type", out var type) && type.ValueEquals("string");

    private static bool Matches(string template, string path) =>
        Regex.IsMatch(path, "^" + Parameter().Replace(Regex.Escape(template), match => match.Value.Contains("path", StringComparison.Ordinal) ? ".+" : "[^/]+") + "$");

    [GeneratedRegex(@"\\\{\w+}")]
    private static partial Regex Parameter();
}
