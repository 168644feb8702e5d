namespace GradientCI.Checks;

/// <summary>Texts for places of one line: commit statuses, table cells.</summary>
internal static class ShortText
{
    /// <summary>The longest description that GitHub takes for a commit status.</summary>
    public const int StatusLength = 140;

    /// <summary>The text in one line, cut with an ellipsis where it is too long, never within a character.</summary>
    public static string Of(string text, int length)
    {
        var line = text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)) : text;
        if (line.Length <= length)
        {
            return line;
        }

        var end = length - 1;
        return line[..(char.IsHighSurrogate(line[end - 1]) ? end - 1 : end)] + "…";
    }
}
