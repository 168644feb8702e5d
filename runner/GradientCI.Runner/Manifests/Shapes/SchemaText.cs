using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>Pieces of JSON Schema that several shapes write.</summary>
internal static partial class SchemaText
{
    /// <summary>The pattern in ECMAScript's dialect, which JSON Schema uses.</summary>
    public static string PatternOf(Regex pattern) =>
        GroupName.Replace(pattern.ToString(), "(?:").Replace(@"\A", "^", StringComparison.Ordinal).Replace(@"\z", "$", StringComparison.Ordinal);

    /// <summary>A key below a path.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>Keys that exclude each other.</summary>
    public static JsonNode Of(Alternatives group) => group.IsNeeded
        ? new JsonObject { ["oneOf"] = new JsonArray([.. group.Keys.Select(Requiring)]) }
        : new JsonObject { ["not"] = new JsonObject { ["required"] = new JsonArray([.. group.Keys.Select(key => (JsonNode)key)]) } };

    [GeneratedRegex(@"\(\?<[a-z]+>")]
    private static partial Regex GroupName { get; }

    private static JsonObject Requiring(string key) => new() { ["required"] = new JsonArray(key) };
}
