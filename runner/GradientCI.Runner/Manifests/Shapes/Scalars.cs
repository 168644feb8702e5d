using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.SearchSpaces;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>Plain values that have no meaning of their own yet.</summary>
internal static class Scalars
{
    private const int LongestValue = 4_096;

    public static Shape<bool> Boolean { get; } = new ScalarShape<bool>(
        "`true` or `false`",
        () => new JsonObject { ["type"] = "boolean" },
        (YamlScalar scalar, Reading reading, out bool value) =>
        {
            value = CoreSchema.Value(scalar) is { AsBoolean: true };
            return CoreSchema.Value(scalar) is { Kind: ParameterKind.Boolean }
                || reading.Report(DiagnosticCode.InvalidValue, scalar, $"expected `true` or `false`, found {scalar.Kind}", scalar.Text.ToUpperInvariant() switch
                {
                    "YES" or "ON" or "TRUE" => "write true",
                    "NO" or "OFF" or "FALSE" => "write false",
                    _ => null,
                });
        });

    /// <summary>The value of a hyperparameter, with its kind.</summary>
    public static Shape<ParameterValue> Value { get; } = new ScalarShape<ParameterValue>(
        "a text, a number, `true` or `false`",
        () => new JsonObject { ["type"] = new JsonArray("string", "number", "boolean"), ["maxLength"] = LongestValue },
        (YamlScalar scalar, Reading reading, out ParameterValue value) =>
        {
            value = CoreSchema.Value(scalar) ?? default;
            return CoreSchema.IsNonFinite(scalar)
                ? reading.Report(DiagnosticCode.InvalidValue, scalar, $"{scalar.Kind} is not a finite number", "quotes make it a text")
                : IsShort(scalar, LongestValue, reading);
        });

    /// <summary>Any plain value, taken as it is written.</summary>
    public static Shape<string> Verbatim { get; } = new ScalarShape<string>(
        "a text; numbers and truth values are taken as written",
        () => new JsonObject { ["type"] = new JsonArray("string", "number", "boolean"), ["maxLength"] = LongestValue },
        (YamlScalar scalar, Reading reading, [MaybeNullWhen(false)] out string value) =>
        {
            value = scalar.Text;
            return IsShort(scalar, LongestValue, reading);
        });

    /// <summary>A text that is not empty.</summary>
    public static Shape<string> Text(string summary, int longest) => Text(summary, longest, null);

    /// <summary>A text of a certain form.</summary>
    public static Shape<string> Text(string summary, int longest, Regex? pattern) => new ScalarShape<string>(
        summary,
        () =>
        {
            var schema = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = longest };
            if (pattern is not null)
            {
                schema["pattern"] = SchemaText.PatternOf(pattern);
            }

            return schema;
        },
        (YamlScalar scalar, Reading reading, [MaybeNullWhen(false)] out string value) =>
        {
            value = scalar.Text;
            return IsText(scalar, summary, reading) && IsShort(scalar, longest, reading)
                && (pattern?.IsMatch(value) is not false || reading.Report(DiagnosticCode.InvalidValue, scalar, $"expected {summary}, found {scalar.Kind}"));
        });

    public static Shape<long> Integer(long low, long high) => new ScalarShape<long>(
        high == long.MaxValue ? low == long.MinValue ? "a whole number" : $"a whole number from {low}" : $"a whole number from {low} to {high}",
        () => new JsonObject { ["type"] = "integer", ["minimum"] = low, ["maximum"] = high },
        (YamlScalar scalar, Reading reading, out long value) =>
        {
            value = CoreSchema.Value(scalar) is { Kind: ParameterKind.Integer } whole ? whole.AsInteger : 0;
            return CoreSchema.Value(scalar) is not { Kind: ParameterKind.Integer }
                ? reading.Report(DiagnosticCode.InvalidValue, scalar, $"expected a whole number, found {scalar.Kind}", Unquoted(scalar))
                : (value >= low && value <= high) || reading.Report(DiagnosticCode.OutOfRange, scalar, $"{value} is not between {low} and {high}");
        });

    public static Shape<int> Count(int low, int high) => Integer(low, high).Select(value => (int)value);

    /// <summary>A finite number.</summary>
    public static Shape<double> Number() => Number("a number", double.MinValue, double.MaxValue, () => []);

    /// <summary>A number between two bounds, both included.</summary>
    public static Shape<double> Number(double low, double high) =>
        Number($"a number from {low} to {high}", low, high, () => new JsonObject { ["minimum"] = low, ["maximum"] = high });

    /// <summary>A number above 0.</summary>
    public static Shape<double> Positive { get; } =
        Number("a number above 0", double.Epsilon, double.MaxValue, () => new JsonObject { ["exclusiveMinimum"] = 0 });

    private static ScalarShape<double> Number(string summary, double low, double high, Func<JsonObject> bounds) => new(
        summary,
        () =>
        {
            var schema = bounds();
            schema["type"] = "number";
            return schema;
        },
        (YamlScalar scalar, Reading reading, out double value) =>
        {
            value = CoreSchema.Value(scalar) is { IsNumeric: true } number ? number.AsDouble : 0;
            return CoreSchema.Value(scalar) is not { IsNumeric: true }
                ? reading.Report(DiagnosticCode.InvalidValue, scalar, $"expected a finite number, found {scalar.Kind}", Unquoted(scalar))
                : (value >= low && value <= high) || reading.Report(DiagnosticCode.OutOfRange, scalar, $"{value} is not {summary}");
        });

    /// <summary>One word of several.</summary>
    public static Shape<T> OneOf<T>(params ImmutableArray<(string Word, T Value)> words)
    {
        var all = new string[words.Length];
        for (var at = 0; at < all.Length; at++)
        {
            all[at] = words[at].Word;
        }

        return OneOf([.. all], at => words[at].Value);
    }

    /// <summary>One word of several, kept as it is.</summary>
    public static Shape<string> OneOf(params ImmutableArray<string> words) => OneOf(words, at => words[at]);

    private static ScalarShape<T> OneOf<T>(ImmutableArray<string> words, Func<int, T> valueAt) => new(
        $"`{string.Join("`, `", words)}`",
        () => new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => bool.TryParse(word, out var boolean) ? (JsonNode)boolean : word)]) },
        (YamlScalar scalar, Reading reading, [MaybeNullWhen(false)] out T value) =>
        {
            var at = words.IndexOf(scalar.Text);
            if (at >= 0 && (scalar.IsPlain || !bool.TryParse(scalar.Text, out _)))
            {
                value = valueAt(at);
                return true;
            }

            value = default;
            return reading.Report(
                DiagnosticCode.UnknownWord, scalar, words is [var only] ? $"expected `{only}`, found {scalar.Kind}" : $"{scalar.Kind} is none of {string.Join(", ", words)}", () => Spelling.Suggest(scalar.Text, words));
        });

    /// <summary>A value written in a notation of its own.</summary>
    public static Shape<T> Notation<T>(string summary, Regex pattern, Func<Match, T?> read)
        where T : struct => new ScalarShape<T>(
        summary,
        () => new JsonObject { ["type"] = "string", ["pattern"] = SchemaText.PatternOf(pattern) },
        (YamlScalar scalar, Reading reading, out T value) =>
        {
            value = pattern.Match(scalar.Text) is { Success: true } match ? read(match) ?? default : default;
            return (pattern.Match(scalar.Text) is { Success: true } again && read(again) is not null)
                || reading.Report(DiagnosticCode.InvalidValue, scalar, $"expected {summary}, found {scalar.Kind}");
        });

    public static bool IsShort(YamlScalar scalar, int longest, Reading reading) =>
        scalar.Text.Length <= longest || reading.Report(DiagnosticCode.OutOfRange, scalar, $"the text has {scalar.Text.Length} characters, the most is {longest}");

    public static bool IsText(YamlScalar scalar, string summary, Reading reading) =>
        CoreSchema.Value(scalar) is not { Kind: ParameterKind.Text }
            ? reading.Report(DiagnosticCode.WrongKind, scalar, $"expected {summary}, found {scalar.Kind}", $"quotes make a text: \"{Excerpt.Plain(scalar.Text)}\"")
            : scalar.Text.Length > 0 || reading.Report(DiagnosticCode.InvalidValue, scalar, $"expected {summary}, found an empty text");

    private static string? Unquoted(YamlScalar scalar) =>
        !scalar.IsPlain && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "write it without quotes" : null;
}
