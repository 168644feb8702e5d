using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GradientCI.Runner.Masking;

/// <summary>The forms in which programs write a secret: what a masker looks for.</summary>
/// <remarks>
/// Of a value of several lines, each line is looked for, too; of a JSON document, each long text in it. What is shorter than
/// <see cref="Shortest"/> bytes is left alone: it would mask half the log, and give away by that what it is.
/// </remarks>
public static class SecretForms
{
    /// <summary>The shortest text that is masked, in bytes.</summary>
    public const int Shortest = 8;

    // Shorter ones in a key file are words such as "service_account".
    private const int ShortestInJson = 16;

    // Of a short value, the part of its base64 that does not depend on what stands beside it can be shorter than itself.
    private const int ShortestForm = 6;

    /// <summary>All forms of some values, each once.</summary>
    internal static IReadOnlyCollection<byte[]> Of(IEnumerable<string> values)
    {
        var forms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in values.SelectMany(Parts).Distinct(StringComparer.Ordinal))
        {
            forms.UnionWith(SpelledForms.Of(part));
            forms.UnionWith(EncodedForms.Of(Encoding.UTF8.GetBytes(part)));
        }

        return [.. forms.Select(Encoding.UTF8.GetBytes).Where(form => form.Length >= ShortestForm)];
    }

    /// <summary>The values that are numbers.</summary>
    internal static FrozenSet<double> NumbersOf(IEnumerable<string> values) => values.SelectMany(Parts)
        .Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 0)
        .Where(number => number != 0).ToFrozenSet();

    private static IEnumerable<string> Parts(string value) =>
        [.. new[] { value, value.Trim() }.Concat(Lines(value)).Concat(TextsOf(value)).Where(part => Encoding.UTF8.GetByteCount(part) >= Shortest)];

    private static string[] Lines(string value) =>
        value.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> TextsOf(string value)
    {
        if (!value.AsSpan().TrimStart().StartsWith('{') && !value.AsSpan().TrimStart().StartsWith('['))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(value);
            return [.. TextsOf(document.RootElement).Where(text => text.Length >= ShortestInJson).SelectMany(text => Lines(text).Append(text))];
        }
        catch (JsonException)
        {
            // It only begins like one.
            return [];
        }
    }

    private static IEnumerable<string> TextsOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(TextsOf),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => TextsOf(property.Value)),
        _ => [],
    };
}
