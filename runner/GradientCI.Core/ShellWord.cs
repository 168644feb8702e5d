using System.Globalization;
using System.Text;

namespace GradientCI;

/// <summary>Words that a shell takes as they are.</summary>
public static class ShellWord
{
    /// <summary>In single quotes, in which nothing is special but the quote itself.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>What <see cref="Quote"/> was given.</summary>
    public static string Unquote(string word) => word[1..^1].Replace(@"'\''", "'", StringComparison.Ordinal);

    /// <summary>As a person would type it: quoted where it must be.</summary>
    public static string Show(string text) =>
        text.Length > 0 && text.All(each => char.IsAsciiLetterOrDigit(each) || "/._-+=:@%".Contains(each, StringComparison.Ordinal)) ? text : Quote(text);

    /// <summary>To be shown to people and pasted by them: what is not plainly visible is written as its bytes, <c>$'a\012b'</c>, so that nothing of it is obeyed, lost or mistaken on the way.</summary>
    /// <remarks>POSIX has known that form since 2024, and bash, zsh and ksh for long.</remarks>
    public static string Paste(string text)
    {
        if (text.All(each => each is > ' ' and <= '~') || IsSpacedPlainly(text))
        {
            return Show(text);
        }

        var word = new StringBuilder("$'");
        foreach (var each in Encoding.UTF8.GetBytes(text))
        {
            _ = (char)each switch
            {
                '\'' or '\\' => word.Append('\\').Append((char)each),
                > ' ' and <= '~' => word.Append((char)each),
                _ => word.Append(CultureInfo.InvariantCulture, $"\\{Convert.ToString(each, 8).PadLeft(3, '0')}"),
            };
        }

        return word.Append('\'').ToString();
    }

    // Single blanks within a text survive every page; others are joined or cut somewhere.
    private static bool IsSpacedPlainly(string text) =>
        text.All(each => each is >= ' ' and <= '~') && text.Trim() == text && !text.Contains("  ", StringComparison.Ordinal);
}
