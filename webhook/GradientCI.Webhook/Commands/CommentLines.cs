namespace GradientCI.Webhook.Commands;

/// <summary>The lines of a comment that are said by its author: no quotes, no code blocks, nothing hidden.</summary>
internal static class CommentLines
{
    private const string HiddenFrom = "<!--";
    private const string HiddenTo = "-->";

    // Four spaces begin a code block.
    private const int DeepestFence = 3;
    private const int ShortestFence = 3;

    /// <summary>Those lines, each as it stands there.</summary>
    public static IEnumerable<string> Spoken(string markdown)
    {
        var (fence, isHidden) = ("", false);
        foreach (var line in markdown.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            if (isHidden)
            {
                isHidden = !line.Contains(HiddenTo, StringComparison.Ordinal) || EndsHidden(line[line.IndexOf(HiddenTo, StringComparison.Ordinal)..]);
            }
            else if (fence.Length > 0)
            {
                fence = Closes(line, fence) ? "" : fence;
            }
            else if (FenceOf(line) is { } opened)
            {
                fence = opened;
            }
            else if (!IsQuoteOrCode(line))
            {
                isHidden = EndsHidden(line);
                yield return line;
            }
        }
    }

    private static bool IsQuoteOrCode(string line) =>
        line.StartsWith('\t') || line.StartsWith("    ", StringComparison.Ordinal) || line.TrimStart(' ').StartsWith('>');

    // Whether a hidden part begins in the line and goes on in the next.
    private static bool EndsHidden(string line)
    {
        var from = line.LastIndexOf(HiddenFrom, StringComparison.Ordinal);
        return from >= 0 && line.IndexOf(HiddenTo, from + HiddenFrom.Length, StringComparison.Ordinal) < 0;
    }

    private static string? FenceOf(string line)
    {
        var rest = line.TrimStart(' ');
        if (line.Length - rest.Length > DeepestFence || rest.Length < ShortestFence || rest[0] is not ('`' or '~'))
        {
            return null;
        }

        var fence = rest[..(rest.Length - rest.TrimStart(rest[0]).Length)];
        return fence.Length >= ShortestFence && !(fence[0] == '`' && rest[fence.Length..].Contains('`', StringComparison.Ordinal)) ? fence : null;
    }

    private static bool Closes(string line, string fence)
    {
        var rest = line.Trim(' ', '\t');
        return line.Length - line.TrimStart(' ').Length <= DeepestFence && rest.Length >= fence.Length && rest.All(letter => letter == fence[0]);
    }
}
