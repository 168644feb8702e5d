using System.Text.Json;
using GradientCI.Testing;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>GitHub's own description of its API, cut to the operations in use.</summary>
internal sealed class GitHubDescription
{
    private readonly JsonElement _document;
    private readonly JsonSchema _schema;

    private GitHubDescription(JsonElement document)
    {
        _document = document;
        _schema = new JsonSchema(document);
    }

    public static GitHubDescription Instance { get; } = new(JsonDocument.Parse(File.ReadAllBytes(RecordedTraffic.PathOf("github-openapi.json"))).RootElement);

    public IEnumerable<string> Operations => from path in _document.GetProperty("paths").EnumerateObject()
                                             from method in path.Value.EnumerateObject()
                                             select method.Value.GetProperty("operationId").GetString()!;

    /// <summary>The operation that a call is of, or null.</summary>
    public DescribedOperation? Find(string method, string path)
    {
        var parts = path.Trim('/').Split('/');
        // What redirects and pages name by id is the same operation.
        parts = parts is ["repositories", _, .. var rest] ? ["repos", "owner", "name", .. rest] : parts;
        foreach (var described in _document.GetProperty("paths").EnumerateObject())
        {
            var template = described.Name.Trim('/').Split('/');
            if (template.Length == parts.Length && template.Zip(parts).All(pair => pair.First[0] == '{' || pair.First == pair.Second)
                && described.Value.TryGetProperty(method.ToLowerInvariant(), out var operation))
            {
                var values = template.Zip(parts).Where(pair => pair.First[0] == '{').ToDictionary(pair => pair.First.Trim('{', '}'), pair => Uri.UnescapeDataString(pair.Second));
                return new DescribedOperation(operation, values);
            }
        }

        return null;
    }

    /// <summary>What is wrong with a request.</summary>
    public IEnumerable<string> FindFaults(DescribedOperation operation, Dictionary<string, string> query, byte[]? body)
    {
        var parameters = operation.Json.GetProperty("parameters").EnumerateArray().Select(_schema.Resolve).ToList();
        foreach (var (name, text) in operation.PathValues.Concat(query))
        {
            var parameter = parameters.Find(each => each.GetProperty("name").ValueEquals(name));
            if (parameter.ValueKind == JsonValueKind.Undefined)
            {
                yield return $"{operation.Id}: parameter {name} is not known";
                continue;
            }

            var schema = _schema.Resolve(parameter.GetProperty("schema"));
            var isNumber = schema.TryGetProperty("type", out var type) && type.ValueEquals("integer");
            foreach (var fault in _schema.FindFaults(JsonSerializer.SerializeToElement<object>(isNumber && long.TryParse(text, out var number) ? number : text), schema, $"{operation.Id}: {name}"))
            {
                yield return fault;
            }
        }

        if (!operation.Json.TryGetProperty("requestBody", out var described))
        {
            if (body is { Length: > 0 })
            {
                yield return $"{operation.Id}: a body, but none is described";
            }

            yield break;
        }

        if (body is null or { Length: 0 })
        {
            if (described.TryGetProperty("required", out var required) && required.GetBoolean())
            {
                yield return $"{operation.Id}: no body";
            }

            yield break;
        }

        var bodySchema = _schema.Resolve(described).GetProperty("content").GetProperty("application/json").GetProperty("schema");
        var json = JsonDocument.Parse(body).RootElement;
        foreach (var fault in _schema.FindFaults(json, bodySchema, $"{operation.Id}: body").Concat(Strangers(json, bodySchema, operation.Id)))
        {
            yield return fault;
        }
    }

    /// <summary>What is wrong with an answer; refusals and redirects may be any, since GitHub describes few of them.</summary>
    public IEnumerable<string> FindFaults(DescribedOperation operation, int status, byte[] body)
    {
        if (!operation.Json.GetProperty("responses").TryGetProperty(status.ToString(), out var described))
        {
            return status < 300 ? [$"{operation.Id}: answers {status}, which is not described"] : [];
        }

        return described.TryGetProperty("content", out var content) && content.TryGetProperty("application/json", out var json)
            ? _schema.FindFaults(JsonDocument.Parse(body).RootElement, json.GetProperty("schema"), $"{operation.Id}: {status}")
            : [];
    }

    // GitHub ignores members that it does not know; from us they are mistakes.
    private IEnumerable<string> Strangers(JsonElement body, JsonElement schema, string id) =>
        body.ValueKind != JsonValueKind.Object ? []
            : body.EnumerateObject().Where(member => !_schema.Resolve(schema).GetProperty("properties").TryGetProperty(member.Name, out _)).Select(member => $"{id}: body.{member.Name} is not known");
}

/// <summary>An operation and the values in its path.</summary>
internal sealed record DescribedOperation(JsonElement Json, Dictionary<string, string> PathValues)
{
    public string Id => Json.GetProperty("operationId").GetString()!;
}
