namespace GradientCI.Runner.Manifests.Templates;

/// <summary>Makes one word of a POSIX shell of any text.</summary>
internal static class PosixQuoting
{
    /// <summary>The text as one word before the next character.</summary>
    /// <remarks>
    /// Text with a digit in it stands bare when it can: no reserved word of the shell has a digit. Digits before
    /// <c>&gt;</c> would name a file descriptor.
    /// </remarks>
    public static string Quote(string text, char next) =>
        text.Any(char.IsAsciiDigit) && text.All(IsPlain) && next is not ('<' or '>')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '+' or '-';
}
