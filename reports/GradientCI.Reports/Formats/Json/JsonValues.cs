using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Formats.Json;

/// <summary>How the report writes what JSON has no word for: what is missing is <c>null</c>.</summary>
internal static class JsonValues
{
    /// <summary>An integer, or null.</summary>
    public static void Whole(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>A number, or null.</summary>
    public static void Real(this Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        if (value is { } number)
        {
            json.Real(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>A number; one that JSON cannot say is a text: <c>"NaN"</c>.</summary>
    public static void Real(this Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A moment in UTC with milliseconds, or null.</summary>
    public static void Time(this Utf8JsonWriter json, string name, DateTimeOffset? value) =>
        json.WriteString(name, value?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>A member of an enumeration as people write it: <c>within-noise</c>.</summary>
    public static void Word(this Utf8JsonWriter json, string name, Enum? value) =>
        json.WriteString(name, value is null ? null : JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));

    /// <summary>A list of texts.</summary>
    public static void Texts(this Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>Hyperparameters as the trial got them: the float 1.0 stays a float.</summary>
    public static void Parameters(this Utf8JsonWriter json, string name, ParameterSet value)
    {
        using var document = JsonDocument.Parse(value.ToJson());
        json.WritePropertyName(name);
        document.RootElement.WriteTo(json);
    }

    /// <summary>A list of objects.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="items">What the objects stand for.</param>
    /// <param name="write">Writes the properties of one.</param>
    public static void Objects<T>(this Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
