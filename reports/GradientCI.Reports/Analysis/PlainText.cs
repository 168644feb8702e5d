using System.Globalization;
using System.Text;

namespace GradientCI.Reports.Analysis;

/// <summary>The one owner of what may be seen of a foreign text: one line, bounded, nothing invisible.</summary>
public static class PlainText
{
    private const int CombiningMarks = 3;

    /// <summary>
    /// The text on one line. Control, bidirectional and zero-width characters are gone, white space is one space,
    /// marks do not pile up, and what is longer than the limit (in UTF-16 units) ends with an ellipsis.
    /// </summary>
    public static string Of(string text, int limit = 200)
    {
        if (text.Length <= limit && Ascii.IsValid(text) && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            && !text.Contains("  ", StringComparison.Ordinal) && !text.StartsWith(' ') && !text.EndsWith(' '))
        {
            return text;
        }

        var result = new StringBuilder(Math.Min(text.Length, limit));
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (IsSpace(rune, category))
            {
                if (result.Length > 0 && result[^1] != ' ')
                {
                    result.Append(' ');
                }
            }
            else if (!IsInvisible(rune, category) && marks <= CombiningMarks)
            {
                if (result.Length + rune.Utf16SequenceLength > limit)
                {
                    return result.ToString().TrimEnd() + "…";
                }

                result.Append(rune.ToString());
            }
        }

        return result.ToString().TrimEnd();
    }

    /// <summary>Several lines, each as <see cref="Of"/> makes it but with its indentation; for code blocks.</summary>
    public static string Lines(string text, int lines, int width)
    {
        var kept = text.Split('\n', lines + 1);
        var shown = kept.Take(lines).Select(line => new string(' ', Math.Min(width, line.Length - line.TrimStart(' ').Length)) + Of(line, width));
        return string.Join('\n', kept.Length > lines ? shown.Append("…") : shown);
    }

    private static bool IsSpace(Rune rune, UnicodeCategory category) =>
        rune.Value is '\n' or '\r' or '\t' or 0x85
        || category is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // Beside the formats: fillers that are letters to Unicode and nothing to the eye.
    private static bool IsInvisible(Rune rune, UnicodeCategory category) =>
        category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0xFE00 and <= 0xFE0F)
            or (>= 0xE0100 and <= 0xE01EF);
}
