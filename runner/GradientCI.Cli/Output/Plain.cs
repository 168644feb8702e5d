using System.Globalization;

namespace GradientCI.Cli.Output;

/// <summary>Text of strangers on a terminal: no control characters, so no escape sequence of theirs is obeyed.</summary>
internal static class Plain
{
    /// <summary>One line without control and direction-changing characters.</summary>
    public static string Line(string text) => string.Create(text.Length, text, (span, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            span[i] = char.IsControl(source[i]) || char.GetUnicodeCategory(source[i]) == UnicodeCategory.Format ? ' ' : source[i];
        }
    });

    /// <summary>A line that fits a width; what does not is cut with an ellipsis.</summary>
    public static string Fit(string text, int width) => text.Length <= width ? Line(text) : string.Concat(Line(text[..(width - 1)]), "…");

    /// <summary>How many of something: <c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    /// <summary>A duration: <c>0.9 s</c>, <c>1:23</c>, <c>2:03:04</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds < 60 ? $"{time.TotalSeconds:0.0} s"
        : time.TotalHours < 1 ? $"{time:m\\:ss}"
        : $"{(int)time.TotalHours}:{time:mm\\:ss}";
}
