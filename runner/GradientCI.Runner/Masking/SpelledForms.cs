using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace GradientCI.Runner.Masking;

/// <summary>A text as it is, and with the escapes of JSON, URLs, shells, programming languages and HTML.</summary>
internal static class SpelledForms
{
    private const string ShellSpecials = " \t!\"#$&'()*,;<>?[\\]^`{|}~";

    public static IEnumerable<string> Of(string text) =>
    [
        text,
        .. Json(text),
        .. Url(text),
        .. Shell(text),
        WebUtility.HtmlEncode(text),
    ];

    // Programs differ in which characters beyond ASCII they escape, and in the case of the digits.
    private static IEnumerable<string> Json(string text)
    {
        var plain = Escape(text, "\"\\");
        yield return plain;
        yield return plain.Replace("/", "\\/", StringComparison.Ordinal);
        yield return Ascii(plain, "x4");
        yield return Ascii(plain, "X4");
        yield return JavaScriptEncoder.Default.Encode(text);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);

        // What repr() of Python, and many others, write.
        yield return Escape(text, "'\\");
    }

    private static IEnumerable<string> Url(string text)
    {
        var all = Uri.EscapeDataString(text);
        string[] variants =
        [
            all,
            all.Replace("%2F", "/", StringComparison.Ordinal),
            all.Replace("%20", "+", StringComparison.Ordinal),
            all.Replace("%20", "+", StringComparison.Ordinal).Replace("~", "%7E", StringComparison.Ordinal).Replace("%2A", "*", StringComparison.Ordinal),
            Uri.EscapeDataString(text).Replace("%21", "!", StringComparison.Ordinal).Replace("%27", "'", StringComparison.Ordinal)
                .Replace("%28", "(", StringComparison.Ordinal).Replace("%29", ")", StringComparison.Ordinal).Replace("%2A", "*", StringComparison.Ordinal),
        ];
        return variants.Concat(variants.Select(LowerDigits));
    }

    private static IEnumerable<string> Shell(string text)
    {
        yield return text.Replace("'", "'\\''", StringComparison.Ordinal);
        yield return text.Replace("'", "'\"'\"'", StringComparison.Ordinal);
        yield return Prefix(text, "$`\"\\");
        yield return Prefix(text, ShellSpecials);
    }

    private static string Escape(string text, string specials)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                _ when specials.Contains(letter) => escaped.Append('\\').Append(letter),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }

    private static string Prefix(string text, string specials) =>
        string.Concat(text.Select(letter => specials.Contains(letter) ? $"\\{letter}" : $"{letter}"));

    private static string Ascii(string text, string format) =>
        string.Concat(text.Select(letter => char.IsAscii(letter) ? $"{letter}" : $"\\u{((int)letter).ToString(format)}"));

    private static string LowerDigits(string url)
    {
        var lower = url.ToCharArray();
        for (var at = 0; at + 2 < lower.Length; at++)
        {
            if (lower[at] == '%')
            {
                (lower[at + 1], lower[at + 2]) = (char.ToLowerInvariant(lower[at + 1]), char.ToLowerInvariant(lower[at + 2]));
                at += 2;
            }
        }

        return new string(lower);
    }
}
