using System.Globalization;
using System.Text;

namespace GradientCI.Runner.Manifests;

/// <summary>Text of an untrusted file, made fit for a message on a terminal.</summary>
internal static class Excerpt
{
    private const int Length = 60;

    /// <summary>The text in backticks, clipped, with control and format characters written as <c>\u001B</c>.</summary>
    public static string Of(string text) => $"`{Plain(text)}`";

    /// <summary>The same without backticks.</summary>
    public static string Plain(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, Length)).EnumerateRunes())
        {
            _ = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? shown.Append($"\\u{rune.Value:X4}")
                : shown.Append(rune);
        }

        return text.Length > Length ? shown.Append('…').ToString() : shown.ToString();
    }
}
