using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace GradientCI.Json;

/// <summary>Reads records that an older version wrote: what is missing gets the record's own default.</summary>
/// <remarks>
/// The generated readers are used because reflection costs a command half its start-up time, and those set an
/// init-only property that is missing to <c>default</c> instead of leaving its initialiser alone.
/// </remarks>
public static class JsonDefaults
{
    /// <summary>Reads a record, taking from the template what the text does not say.</summary>
    /// <param name="json">A JSON object; unknown members are ignored.</param>
    /// <param name="type">The generated description of the record.</param>
    /// <param name="template">What an empty record looks like as JSON.</param>
    /// <exception cref="JsonException">The text is not such a record.</exception>
    public static T Read<T>(string json, JsonTypeInfo<T> type, JsonObject template) =>
        Complete(JsonNode.Parse(json) as JsonObject ?? throw new JsonException($"A {typeof(T).Name} is a JSON object."), template).Deserialize(type)!;

    /// <summary>Adds to an object, and to the objects in it, what only the template has.</summary>
    public static JsonObject Complete(JsonObject json, JsonObject template)
    {
        foreach (var (name, value) in template)
        {
            if (!json.TryGetPropertyValue(name, out var present))
            {
                json[name] = value?.DeepClone();
            }
            else if (present is JsonObject inner && value is JsonObject innerTemplate)
            {
                Complete(inner, innerTemplate);
            }
        }

        return json;
    }
}
