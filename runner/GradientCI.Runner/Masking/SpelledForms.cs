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
        .. Html(text),
    ];

    // Programs differ in which characters beyond ASCII they escape, and in the case of the digits.
    private static IEnumerable<string> Json(string text)
    {
        var plain = Escape(text, "\"\\");
        yield return plain;
        yield return plain.Replace("&", "\\u0026", StringComparison.Ordinal).Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal);
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
        var inScripts = Spare(all, "!'()*");
        string[] variants =
        [
            all,
            Spare(all, "/"),
            WithPlus(all),
            WithPlus(Spare(all, "*").Replace("~", "%7E", StringComparison.Ordinal)),
            WithPlus(all.Replace("~", "%7E", StringComparison.Ordinal)),
            inScripts,
            WithPlus(inScripts),
            Spare(inScripts, ";,/?:@&=+$#"),
            WebUtility.UrlEncode(text),
        ];
        return variants.Concat(variants.Select(LowerDigits));
    }

    private static string WithPlus(string url) => url.Replace("%20", "+", StringComparison.Ordinal);

    // Not every program escapes all that may be escaped.
    private static string Spare(string url, string letters) =>
        letters.Aggregate(url, (spared, letter) => spared.Replace($"%{(int)letter:X2}", $"{letter}", StringComparison.Ordinal));

    private static IEnumerable<string> Html(string text)
    {
        yield return WebUtility.HtmlEncode(text);
        var plain = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        yield return plain;
        yield return plain.Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#x27;", StringComparison.Ordinal);
        yield return plain.Replace("\"", "&#34;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);
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
