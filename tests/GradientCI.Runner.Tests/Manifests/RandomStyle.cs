using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GradientCI.Runner.Tests.Manifests;

/// <summary>Writes a JSON document as YAML in a style drawn by chance: flow or block, plain or quoted, indented by 1 to 4.</summary>
internal sealed class RandomStyle(Random random)
{
    public string Write(JsonNode document)
    {
        var text = new StringBuilder();
        WriteBlock(text, document, 0);
        return text.ToString();
    }

    private void WriteBlock(StringBuilder text, JsonNode node, int indent)
    {
        var pad = new string(' ', indent);
        if (node is JsonObject map && map.Count > 0)
        {
            foreach (var (key, value) in map)
            {
                text.Append(pad).Append(Scalar(JsonValue.Create(key))).Append(':');
                WriteUnder(text, value!, indent);
            }
        }
        else if (node is JsonArray list && list.Count > 0)
        {
            foreach (var item in list)
            {
                text.Append(pad).Append('-');
                WriteUnder(text, item!, indent);
            }
        }
        else
        {
            text.Append(pad).Append(Flow(node)).Append('\n');
        }
    }

    private void WriteUnder(StringBuilder text, JsonNode node, int indent)
    {
        if (node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && indent < 20 && random.Next(4) > 0)
        {
            text.Append(random.Next(8) == 0 ? "  # a comment\n" : "\n");
            WriteBlock(text, node, indent + random.Next(1, 5));
        }
        else
        {
            text.Append(' ').Append(Flow(node)).Append('\n');
        }
    }

    private string Flow(JsonNode node) => node switch
    {
        JsonObject map => $"{{ {string.Join(", ", map.Select(pair => $"{Scalar(JsonValue.Create(pair.Key))}: {Flow(pair.Value!)}"))} }}",
        JsonArray list => $"[{string.Join(", ", list.Select(item => Flow(item!)))}]",
        _ => Scalar((JsonValue)node),
    };

    private string Scalar(JsonValue value)
    {
        if (value.GetValueKind() != JsonValueKind.String)
        {
            return value.ToJsonString();
        }

        var text = value.GetValue<string>();
        var isWord = text.Length > 0 && text.All(letter => char.IsAsciiLetter(letter) || letter is '_' or '-') && char.IsAsciiLetter(text[0])
            && text.ToUpperInvariant() is not ("TRUE" or "FALSE" or "NULL");
        return isWord && random.Next(2) == 0 ? text
            : random.Next(2) == 0 && !text.Any(char.IsControl) ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"
            : JsonSerializer.Serialize(text);
    }
}
