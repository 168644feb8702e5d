namespace GradientCI.Runner.Globs;

/// <summary>A pattern over paths and branch names, as <c>inputs</c>, <c>artifacts</c> and triggers use it.</summary>
/// <remarks>
/// <c>?</c> is one character and <c>*</c> any number of them, neither a <c>/</c>. <c>**</c> between slashes is any number of folders, none
/// included; at the end, everything below. Everything else stands for itself; case counts. The time for a match grows with
/// the product of the two lengths, whatever a repository writes.
/// </remarks>
public sealed class Glob
{
    private readonly string[] _segments;

    /// <summary>Reads a pattern; a leading <c>./</c> or <c>/</c> says nothing.</summary>
    public Glob(string pattern)
    {
        Pattern = pattern;
        var trimmed = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern.TrimStart('/');
        _segments = (trimmed.EndsWith("**", StringComparison.Ordinal) && (trimmed.Length == 2 || trimmed[^3] == '/') ? trimmed + "/*" : trimmed).Split('/');
    }

    /// <summary>The pattern as it was written.</summary>
    public string Pattern { get; }

    /// <summary>Whether the pattern matches the whole path.</summary>
    public bool IsMatch(string path) => IsMatch(
        _segments, path.Split('/'), segment => segment == "**", (segment, name) => IsMatch(segment.ToCharArray(), name.ToCharArray(), letter => letter == '*', (letter, other) => letter == '?' || letter == other));

    // The classic walk with one point of return: only the last star ever needs another try.
    private static bool IsMatch<T>(T[] pattern, T[] text, Func<T, bool> isStar, Func<T, T, bool> isSame)
    {
        int at = 0, star = -1, retry = 0;
        for (var position = 0; position < text.Length;)
        {
            if (at < pattern.Length && isStar(pattern[at]))
            {
                star = at++;
                retry = position;
            }
            else if (at < pattern.Length && isSame(pattern[at], text[position]))
            {
                at++;
                position++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                position = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern.Skip(at).All(isStar);
    }

    /// <inheritdoc/>
    public override string ToString() => Pattern;
}
