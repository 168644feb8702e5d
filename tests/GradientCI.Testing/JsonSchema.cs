using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GradientCI.Testing;

/// <summary>The part of OpenAPI 3.0's schemas that GitHub's description uses.</summary>
public sealed class JsonSchema(JsonElement document)
{
    /// <summary>What is wrong with a value, one line each with its place.</summary>
    public IEnumerable<string> FindFaults(JsonElement value, JsonElement schema, string place)
    {
        schema = Resolve(schema);
        if (value.ValueKind == JsonValueKind.Null)
        {
            return AllowsNull(schema) ? [] : [$"{place} is null"];
        }

        return [.. TypeFaults(value, schema, place), .. Alternatives(value, schema, place), .. Limits(value, schema, place), .. Members(value, schema, place), .. Items(value, schema, place)];
    }

    public JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, name) => at.GetProperty(name));
        }

        return schema;
    }

    private static IEnumerable<string> TypeFaults(JsonElement value, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("type", out var type) && !IsOf(value, type.GetString()!))
        {
            yield return $"{place} is {value.ValueKind}, not {type}";
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)))
        {
            yield return $"{place} is {value}, not one of {words}";
        }

        if (schema.TryGetProperty("format", out var format) && format.ValueEquals("date-time") && value.ValueKind == JsonValueKind.String
            && !DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _))
        {
            yield return $"{place} is no time";
        }
    }

    // GitHub's alternatives overlap, so "one of" is taken as "any of".
    private IEnumerable<string> Alternatives(JsonElement value, JsonElement schema, string place)
    {
        foreach (var word in (string[])["oneOf", "anyOf"])
        {
            if (schema.TryGetProperty(word, out var choices) && choices.EnumerateArray().Select(choice => FindFaults(value, choice, place).ToList()).ToList() is var faults && faults.TrueForAll(each => each.Count > 0))
            {
                yield return $"{place} is none of {faults.Count}: {string.Join(" | ", faults.Select(each => each[0]))}";
            }
        }

        if (schema.TryGetProperty("allOf", out var parts))
        {
            foreach (var fault in parts.EnumerateArray().SelectMany(part => FindFaults(value, part, place)))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> Limits(JsonElement value, JsonElement schema, string place)
    {
        if (value.ValueKind == JsonValueKind.String && schema.TryGetProperty("maxLength", out var most) && value.GetString()!.Length > most.GetInt32())
        {
            yield return $"{place} is longer than {most}";
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("maxItems", out var items) && value.GetArrayLength() > items.GetInt32())
        {
            yield return $"{place} has more than {items} items";
        }

        if (value.ValueKind == JsonValueKind.String && schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!))
        {
            yield return $"{place} is not like {pattern}";
        }
    }

    private IEnumerable<string> Members(JsonElement value, JsonElement schema, string place)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
            {
                yield return $"{place}.{name} is missing";
            }
        }

        var known = schema.TryGetProperty("properties", out var properties);
        var hasOther = schema.TryGetProperty("additionalProperties", out var other);
        foreach (var member in value.EnumerateObject())
        {
            var at = $"{place}.{member.Name}";
            if (known && properties.TryGetProperty(member.Name, out var inner))
            {
                foreach (var fault in FindFaults(member.Value, inner, at))
                {
                    yield return fault;
                }
            }
            else if (hasOther && other.ValueKind == JsonValueKind.False)
            {
                yield return $"{at} is not known";
            }
        }
    }

    private IEnumerable<string> Items(JsonElement value, JsonElement schema, string place) =>
        value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items)
            ? value.EnumerateArray().SelectMany((item, at) => FindFaults(item, items, $"{place}[{at}]"))
            : [];

    private bool AllowsNull(JsonElement schema) =>
        (schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
        || (schema.TryGetProperty("enum", out var words) && words.EnumerateArray().Any(word => word.ValueKind == JsonValueKind.Null))
        || ((string[])["oneOf", "anyOf", "allOf"]).Any(word => schema.TryGetProperty(word, out var choices) && choices.EnumerateArray().Any(choice => AllowsNull(Resolve(choice))))
        || !schema.EnumerateObject().Any();

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => throw new InvalidOperationException($"The type {type} is not known."),
    };
}
