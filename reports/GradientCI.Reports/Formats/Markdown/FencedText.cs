namespace GradientCI.Reports.Formats.Markdown;

/// <summary>Foreign lines shown as they are: rendered they could mention people and load pictures.</summary>
internal static class FencedText
{
    /// <summary>A block of code that its own text cannot end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lines">The most lines.</param>
    /// <param name="width">The most characters of a line.</param>
    public static string Of(string text, int lines, int width)
    {
        var shown = PlainText.Lines(text, lines, width);
        var longest = 0;
        for (int at = 0, length = 0; at < shown.Length; at++)
        {
            length = shown[at] == '`' ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }

        var fence = new string('`', Math.Max(3, longest + 1));
        return $"{fence}text\n{shown}\n{fence}\n";
    }
}
