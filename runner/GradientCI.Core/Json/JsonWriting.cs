using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GradientCI.Json;

/// <summary>Writes records field by field. What is missing is <c>null</c>; <see cref="JsonFields"/> reads it back.</summary>
public static class JsonWriting
{
    /// <summary>Makes a text of what is written.</summary>
    public static string Text(Action<Utf8JsonWriter> write, JsonWriterOptions options = default)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes an integer, or null.</summary>
    public static void WriteLong(this Utf8JsonWriter json, string name, long? value)
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

    /// <summary>Writes a number, or null.</summary>
    public static void WriteReal(this Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        if (value is { } number)
        {
            json.WriteRealValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>Writes a number; one that JSON cannot say is a text: <c>"NaN"</c>.</summary>
    public static void WriteRealValue(this Utf8JsonWriter json, double value)
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

    /// <summary>Writes a length of time, or null.</summary>
    public static void WriteDuration(this Utf8JsonWriter json, string name, TimeSpan? value) =>
        json.WriteString(name, value?.ToString("c", CultureInfo.InvariantCulture));

    /// <summary>Writes the name of an enumeration's member.</summary>
    public static void WriteWord(this Utf8JsonWriter json, string name, Enum value) => json.WriteString(name, value.ToString());

    /// <summary>Writes a list of texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WritePropertyName(name);
        json.WriteTexts(texts);
    }

    /// <summary>Writes a list of texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, ImmutableArray<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a list of integers.</summary>
    public static void WriteInts(this Utf8JsonWriter json, string name, ImmutableArray<int> numbers)
    {
        json.WritePropertyName(name);
        json.WriteInts(numbers);
    }

    /// <summary>Writes a list of integers.</summary>
    public static void WriteInts(this Utf8JsonWriter json, ImmutableArray<int> numbers)
    {
        json.WriteStartArray();
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a list of numbers; one that JSON cannot say is a text.</summary>
    public static void WriteReals(this Utf8JsonWriter json, string name, ImmutableArray<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteRealValue(number);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes texts by name.</summary>
    public static void WriteMap(this Utf8JsonWriter json, string name, ImmutableSortedDictionary<string, string> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, text) in texts)
        {
            json.WriteString(key, text);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes an object, or null.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="value">What the object stands for.</param>
    /// <param name="write">Writes its fields.</param>
    public static void WriteObject<T>(this Utf8JsonWriter json, string name, T? value, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        json.WritePropertyName(name);
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteObject(value, write);
        }
    }

    /// <summary>Writes an object.</summary>
    public static void WriteObject<T>(this Utf8JsonWriter json, T value, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        json.WriteStartObject();
        write(json, value);
        json.WriteEndObject();
    }

    /// <summary>Writes a list of objects.</summary>
    public static void WriteObjects<T>(this Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        json.WritePropertyName(name);
        json.WriteObjects(items, write);
    }

    /// <summary>Writes a list of objects.</summary>
    public static void WriteObjects<T>(this Utf8JsonWriter json, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            json.WriteObject(item, write);
        }

        json.WriteEndArray();
    }
}
