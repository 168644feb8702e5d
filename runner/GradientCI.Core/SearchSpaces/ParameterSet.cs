using System.Buffers;
using System.Collections;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace GradientCI.SearchSpaces;

/// <summary>One assignment of hyperparameters: names and values, in the order of the manifest.</summary>
/// <remarks>Equality looks at names and values and not at the order.</remarks>
public sealed class ParameterSet : IReadOnlyCollection<KeyValuePair<string, ParameterValue>>, IEquatable<ParameterSet>
{
    private readonly ImmutableArray<KeyValuePair<string, ParameterValue>> _items;
    private string? _canonical;

    /// <summary>Holds the given pairs; a later pair of the same name replaces an earlier one in place.</summary>
    public ParameterSet(IEnumerable<KeyValuePair<string, ParameterValue>> items)
    {
        var unique = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var (name, value) in items)
        {
            unique[name] = value;
        }

        _items = [.. unique];
    }

    /// <summary>No parameters.</summary>
    public static ParameterSet Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <summary>The value of a parameter, or null when the set has none of that name.</summary>
    public ParameterValue? this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (item.Key == name)
                {
                    return item.Value;
                }
            }

            return null;
        }
    }

    /// <summary>This set with the other's values laid over it.</summary>
    public ParameterSet With(IEnumerable<KeyValuePair<string, ParameterValue>> others) => new((KeyValuePair<string, ParameterValue>[])[.. _items, .. others]);

    /// <summary>JSON in the order of the manifest, as the trial's <c>GRADIENT_PARAMS</c> file holds it.</summary>
    public string ToJson() => Write(_items);

    /// <summary>JSON with sorted names: equal sets have equal texts.</summary>
    public string ToCanonicalJson() => _canonical ??= Write(_items.Sort((one, other) => string.CompareOrdinal(one.Key, other.Key)));

    /// <inheritdoc/>
    public bool Equals(ParameterSet? other) => other is not null && ToCanonicalJson() == other.ToCanonicalJson();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterSet);

    /// <inheritdoc/>
    public override int GetHashCode() => ToCanonicalJson().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, ParameterValue>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, ParameterValue>>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For people: <c>lr=0.01, batch=64</c>.</summary>
    public override string ToString() => string.Join(", ", _items.Select(item => $"{item.Key}={item.Value}"));

    // Numbers keep a decimal point or exponent ("1.0", not "1"), so that a float parameter of 1 reads back as a
    // float here, in Python and anywhere else.
    private static string Write(IEnumerable<KeyValuePair<string, ParameterValue>> items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in items)
            {
                writer.WritePropertyName(name);
                WriteValue(writer, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal static void WriteValue(Utf8JsonWriter writer, ParameterValue value)
    {
        switch (value.Kind)
        {
            case ParameterKind.Integer:
                writer.WriteNumberValue(value.AsInteger);
                break;
            case ParameterKind.Boolean:
                writer.WriteBooleanValue(value.AsBoolean);
                break;
            case ParameterKind.Number when double.IsFinite(value.AsDouble):
                var text = value.ToString();
                writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') >= 0 ? text : text + ".0");
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }

    internal static ParameterValue ReadValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => ParameterValue.Of(true),
        JsonValueKind.False => ParameterValue.Of(false),
        JsonValueKind.String => ParameterValue.Of(element.GetString()!),
        JsonValueKind.Number when element.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0
            && element.TryGetInt64(out var integer) => ParameterValue.Of(integer),
        JsonValueKind.Number => ParameterValue.Of(element.GetDouble()),
        _ => throw new JsonException($"A hyperparameter is a text, a number or a truth value, not {element.ValueKind}."),
    };
}
