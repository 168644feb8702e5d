namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>Words that a shell takes as they are.</summary>
internal static class ShellWord
{
    /// <summary>In single quotes, in which nothing is special but the quote itself.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>What <see cref="Quote"/> was given.</summary>
    public static string Unquote(string word) => word[1..^1].Replace(@"'\''", "'", StringComparison.Ordinal);

    /// <summary>As a person would type it: quoted where it must be.</summary>
    public static string Show(string text) =>
        text.Length > 0 && text.All(each => char.IsAsciiLetterOrDigit(each) || "/._-+=:@%".Contains(each, StringComparison.Ordinal)) ? text : Quote(text);
}
