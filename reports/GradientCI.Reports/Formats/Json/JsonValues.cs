using System.Globalization;
using System.Text.Json;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Formats.Json;

/// <summary>What reports, and whoever else tells programs of runs, write in a way of their own.</summary>
public static class JsonValues
{
    /// <summary>Writes a moment in UTC with milliseconds, or null.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset? value) =>
        json.WriteString(name, value?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Writes a member of an enumeration as people write it, <c>within-noise</c>; or null.</summary>
    public static void WriteKebab(this Utf8JsonWriter json, string name, Enum? value) =>
        json.WriteString(name, value is null ? null : JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));

    /// <summary>Writes hyperparameters as the trial got them: the float 1.0 stays a float.</summary>
    public static void WriteParameters(this Utf8JsonWriter json, string name, ParameterSet value)
    {
        using var document = JsonDocument.Parse(value.ToJson());
        json.WritePropertyName(name);
        document.RootElement.WriteTo(json);
    }
}
