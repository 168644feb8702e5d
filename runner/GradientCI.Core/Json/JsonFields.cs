using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace GradientCI.Json;

/// <summary>A JSON object that this, an older or a newer version wrote: what is missing gets a default, what is unknown is not asked for.</summary>
/// <remarks>
/// Records are read and written field by field: to describe them to the serializer, with generated code or without, costs a
/// command a sixth of its time. Every method throws <see cref="JsonException"/> when a field is there and is something else.
/// </remarks>
public readonly struct JsonFields
{
    private readonly JsonElement _element;

    /// <summary>Looks at an object.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public JsonFields(JsonElement element)
    {
        _element = element.ValueKind == JsonValueKind.Object ? element : throw new JsonException($"An object is expected, not {element.ValueKind}.");
    }

    /// <summary>Reads a text that is one object.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static T Read<T>(string json, Func<JsonFields, T> read)
    {
        using var document = JsonDocument.Parse(json);
        return read(new JsonFields(document.RootElement));
    }

    /// <summary>Reads a text that is one list.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ImmutableArray<T> ReadList<T>(string json, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(json);
        return Items(document.RootElement, read);
    }

    /// <summary>The items of a list.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ImmutableArray<T> Items<T>(JsonElement list, Func<JsonElement, T> read)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException($"A list is expected, not {list.ValueKind}.");
        }

        var items = ImmutableArray.CreateBuilder<T>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            items.Add(read(item));
        }

        return items.MoveToImmutable();
    }

    /// <summary>An item that is a text.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static string Text(JsonElement item) => Text(item, "item");

    /// <summary>An item that is a number; NaN and the infinities are texts.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static double Real(JsonElement item) => Real(item, "item");

    /// <summary>An item that is an integer.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static long Long(JsonElement item) => Long(item, "item");

    /// <summary>An item that is an integer.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static int Int(JsonElement item) => Int(Long(item), "item");

    /// <summary>The field as it is, or null when it is missing or null.</summary>
    public JsonElement? Find(string name) =>
        _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A text.</summary>
    public string Text(string name, string otherwise) => TextOrNull(name) ?? otherwise;

    /// <summary>A text, or null.</summary>
    public string? TextOrNull(string name) => Find(name) is { } value ? Text(value, name) : null;

    /// <summary>A truth value.</summary>
    public bool Flag(string name, bool otherwise) => Find(name)?.ValueKind switch
    {
        null => otherwise,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Not(name, "true or false"),
    };

    /// <summary>An integer, or null.</summary>
    public int? Int(string name) => Long(name) is { } value ? Int(value, name) : null;

    /// <summary>An integer, or null.</summary>
    public long? Long(string name) => Find(name) is { } value ? Long(value, name) : null;

    /// <summary>A number, or null; NaN and the infinities are texts.</summary>
    public double? Real(string name) => Find(name) is { } value ? Real(value, name) : null;

    /// <summary>A length of time, or null.</summary>
    public TimeSpan? Duration(string name) => TextOrNull(name) is not { } text ? null
        : TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value) ? value
        : throw Not(name, "a length of time");

    /// <summary>A moment, or null.</summary>
    public DateTimeOffset? Time(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time
        : throw Not(name, "a moment");

    /// <summary>A member of an enumeration by its name.</summary>
    public T Word<T>(string name, T otherwise)
        where T : struct, Enum => TextOrNull(name) is not { } text ? otherwise
        : Enum.TryParse(typeof(T), text, ignoreCase: true, out var value) ? (T)value
        : throw Not(name, $"a {typeof(T).Name}");

    /// <summary>A list of texts; empty when it is missing.</summary>
    public ImmutableArray<string> Texts(string name) => List(name, Text);

    /// <summary>A list; empty when it is missing.</summary>
    public ImmutableArray<T> List<T>(string name, Func<JsonElement, T> read) => Find(name) is { } value ? Items(value, read) : [];

    /// <summary>A list of objects; empty when it is missing.</summary>
    public ImmutableArray<T> Objects<T>(string name, Func<JsonFields, T> read) => List(name, item => read(new JsonFields(item)));

    /// <summary>An object, or the other when it is missing or null.</summary>
    public T Object<T>(string name, T otherwise, Func<JsonFields, T> read) => Find(name) is { } value ? read(new JsonFields(value)) : otherwise;

    /// <summary>An object; null when it is null, and the other when it is missing.</summary>
    public T? ObjectOrNull<T>(string name, T? otherwise, Func<JsonFields, T> read)
        where T : class => Find(name) is { } value ? read(new JsonFields(value)) : _element.TryGetProperty(name, out _) ? null : otherwise;

    /// <summary>Values by name; empty when it is missing.</summary>
    public ImmutableSortedDictionary<string, T> Map<T>(string name, Func<JsonElement, T> read)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        if (Find(name) is { } value)
        {
            foreach (var field in new JsonFields(value)._element.EnumerateObject())
            {
                map[field.Name] = read(field.Value);
            }
        }

        return map.ToImmutable();
    }

    private static string Text(JsonElement value, string name) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Not(name, "a text");

    private static long Long(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Not(name, "an integer");

    private static int Int(long value, string name) => value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Not(name, "an integer of 32 bits");

    private static double Real(JsonElement value, string name) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : Text(value, name) switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => throw Not(name, "a number"),
    };

    private static JsonException Not(string name, string expected) => new($"'{name}' is not {expected}.");
}
