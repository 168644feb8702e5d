using System.Globalization;
using System.Text.RegularExpressions;
using GradientCI.SearchSpaces;

namespace GradientCI.Runner.Manifests.Yaml;

/// <summary>What plain values mean in YAML 1.2's core schema: <c>on</c> and <c>yes</c> are texts, <c>1e-4</c> a number.</summary>
internal static partial class CoreSchema
{
    public static bool IsNull(YamlScalar scalar) => scalar.IsPlain && scalar.Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Whether it is <c>.inf</c> or <c>.nan</c>, or a number too large for a double.</summary>
    public static bool IsNonFinite(YamlScalar scalar) => scalar.IsPlain
        && MayBeNumber(scalar.Text)
        && (NonFinite.IsMatch(scalar.Text) || (TryNumber(scalar.Text, out var number) && !double.IsFinite(number)));

    /// <summary>The value with its kind; null for nothing and for what is not finite.</summary>
    public static ParameterValue? Value(YamlScalar scalar)
    {
        if (!scalar.IsPlain)
        {
            return ParameterValue.Of(scalar.Text);
        }

        if (IsNull(scalar) || IsNonFinite(scalar))
        {
            return null;
        }

        return TryBoolean(scalar.Text, out var boolean) ? ParameterValue.Of(boolean)
            : TryInteger(scalar.Text, out var integer) ? ParameterValue.Of(integer)
            : TryNumber(scalar.Text, out var number) ? ParameterValue.Of(number)
            : ParameterValue.Of(scalar.Text);
    }

    /// <summary>Reads a number as the core schema writes them; the result may be infinite when it is too large.</summary>
    public static bool TryNumber(string text, out double number)
    {
        number = 0;
        if (!MayBeNumber(text))
        {
            return false;
        }

        if (TryInteger(text, out var integer))
        {
            number = integer;
            return true;
        }

        return Number.IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryBoolean(string text, out bool boolean)
    {
        boolean = text is "true" or "True" or "TRUE";
        return boolean || text is "false" or "False" or "FALSE";
    }

    private static bool TryInteger(string text, out long integer)
    {
        integer = 0;
        return text.StartsWith("0o", StringComparison.Ordinal) ? Octal.IsMatch(text) && TryOctal(text.AsSpan(2), out integer)
            : text.StartsWith("0x", StringComparison.Ordinal)
                ? Hexadecimal.IsMatch(text) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out integer) && integer >= 0
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out integer);
    }

    // Most values are words, and most commands end before any other regular expression has come alive.
    private static bool MayBeNumber(string text) => text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.');

    private static bool TryOctal(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (value >> 60 != 0)
            {
                return false;
            }

            value = (value << 3) + (digit - '0');
        }

        return true;
    }

    [GeneratedRegex(@"\A[-+]?\.(inf|Inf|INF)\z|\A\.(nan|NaN|NAN)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex NonFinite { get; }

    [GeneratedRegex(@"\A0o[0-7]+\z")]
    private static partial Regex Octal { get; }

    [GeneratedRegex(@"\A0x[0-9a-fA-F]+\z")]
    private static partial Regex Hexadecimal { get; }

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Number { get; }
}
