using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace GradientCI.Runner.Builds;

/// <summary>What a <c>.dockerignore</c> keeps out of a build, as Docker reads it.</summary>
/// <remarks>
/// A pattern stands for a path and all below it; the last that matches counts, and one with <c>!</c> lets in again.
/// <c>*</c>, <c>?</c> and <c>[a-z]</c> stay within a folder, <c>**</c> crosses folders, <c>\</c> takes a character for itself. The time for a
/// match grows with the length of the path, whatever a repository writes.
/// </remarks>
internal sealed class DockerIgnore
{
    /// <summary>The most bytes of the file.</summary>
    public const int MaxBytes = 64 << 10;

    private const int MaxLines = 1_000;
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // Neighbours of one kind are one expression: a file is asked once per change from keeping out to letting in.
    private readonly ImmutableArray<(bool LetsIn, Regex Paths)> _rules;

    private DockerIgnore(ImmutableArray<(bool LetsIn, Regex Paths)> rules)
    {
        _rules = rules;
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="GradientException">A line is no pattern, or there are too many.</exception>
    public static DockerIgnore Parse(string text)
    {
        var rules = ImmutableArray.CreateBuilder<(bool LetsIn, Regex Paths)>();
        var group = new List<string>();
        var letsIn = false;
        var lines = text.TrimStart('\uFEFF').Split('\n');
        if (lines.Length > MaxLines)
        {
            throw new GradientException(FailureKind.Usage, $".dockerignore has more than {MaxLines} lines.", "Name folders instead of files.");
        }

        void Close()
        {
            rules.AddRange(Compile(group).Select(paths => (letsIn, paths)));
            group.Clear();
        }

        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1].Trim();
            var isException = line.StartsWith('!');
            if (line.StartsWith('#') || Clean(isException ? line[1..].Trim() : line) is not { Length: > 0 } pattern)
            {
                continue;
            }

            if (isException != letsIn)
            {
                Close();
                letsIn = isException;
            }

            group.Add(Translate(pattern) ?? throw new GradientException(
                FailureKind.Usage, $".dockerignore:{number} is not a pattern: it ends within [ ] or after a backslash.", "Mend the line, or take it out."));
        }

        Close();
        return new DockerIgnore(rules.ToImmutable());
    }

    /// <summary>Whether a file stays out of the build.</summary>
    /// <param name="path">Within the context.</param>
    public bool Excludes(string path)
    {
        for (var at = _rules.Length - 1; at >= 0; at--)
        {
            if (_rules[at].Paths.IsMatch(path))
            {
                return !_rules[at].LetsIn;
            }
        }

        return false;
    }

    // The size of one expression is bounded.
    private static IEnumerable<Regex> Compile(List<string> patterns)
    {
        if (patterns.Count == 0)
        {
            return [];
        }

        try
        {
            return [new Regex($@"\A(?:{string.Join('|', patterns)})(?:/.*)?\z", Options)];
        }
        catch (NotSupportedException) when (patterns.Count > 1)
        {
            var half = patterns.Count / 2;
            return [.. Compile(patterns[..half]), .. Compile(patterns[half..])];
        }
        catch (NotSupportedException)
        {
            throw new GradientException(FailureKind.Usage, ".dockerignore has a pattern that is too long.", "Write several shorter ones.");
        }
    }

    // As Go's filepath.Clean does; what leads out of the context, or is the context, matches nothing.
    private static string Clean(string pattern)
    {
        var names = new List<string>();
        foreach (var name in pattern.Split('/').Where(name => name is not ("" or ".")))
        {
            if (name != "..")
            {
                names.Add(name);
            }
            else if (names.Count > 0)
            {
                names.RemoveAt(names.Count - 1);
            }
        }

        return string.Join('/', names);
    }

    private static string? Translate(string pattern)
    {
        var text = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '*' when pattern.AsSpan(at).StartsWith("**"):
                    at += 1;
                    var isFolder = at + 1 < pattern.Length && pattern[at + 1] == '/';
                    text.Append(isFolder ? "(?:.*/)?" : ".*");
                    at += isFolder ? 1 : 0;
                    break;
                case '*':
                    text.Append("[^/]*");
                    break;
                case '?':
                    text.Append("[^/]");
                    break;
                case '[':
                    if (CharacterClass(pattern, ref at) is not { } letters)
                    {
                        return null;
                    }

                    text.Append(letters);
                    break;
                case '\\' when at + 1 == pattern.Length:
                    return null;
                case '\\':
                    text.Append(Regex.Escape(pattern[++at].ToString()));
                    break;
                default:
                    text.Append(Regex.Escape(pattern[at].ToString()));
                    break;
            }
        }

        return text.ToString();
    }

    // Written anew, letter by letter: .NET's classes know more than Go's.
    private static string? CharacterClass(string pattern, ref int at)
    {
        var isOther = at + 1 < pattern.Length && pattern[at + 1] is '^' or '!';
        var text = new StringBuilder(isOther ? "[^/" : "[");
        var start = at += isOther ? 2 : 1;
        for (; at < pattern.Length; at++)
        {
            if (pattern[at] == ']' && at > start)
            {
                return text.Append(']').ToString();
            }

            if (Letter(pattern, ref at) is not { } first)
            {
                return null;
            }

            text.Append(Code(first));
            if (at + 2 < pattern.Length && pattern[at + 1] == '-' && pattern[at + 2] != ']')
            {
                at += 2;
                if (Letter(pattern, ref at) is not { } last || last < first)
                {
                    return null;
                }

                text.Append('-').Append(Code(last));
            }
        }

        return null;
    }

    private static char? Letter(string pattern, ref int at) =>
        pattern[at] != '\\' ? pattern[at] : ++at < pattern.Length ? pattern[at] : null;

    private static string Code(char letter) => $@"\u{(int)letter:X4}";
}
