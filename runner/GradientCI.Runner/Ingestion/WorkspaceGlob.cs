using System.Text;
using System.Text.RegularExpressions;

namespace GradientCI.Runner.Ingestion;

/// <summary>A glob over paths relative to the workspace: <c>*</c> and <c>?</c> within a name, <c>**</c> over folders.</summary>
internal sealed class WorkspaceGlob
{
    private readonly Regex _pattern;

    public WorkspaceGlob(string glob)
    {
        var segments = glob.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        IsInside = !glob.StartsWith('/') && !segments.Contains("..", StringComparer.Ordinal);
        IsLiteral = glob.IndexOfAny(['*', '?']) < 0;
        Text = string.Join('/', segments);
        Folder = string.Join('/', segments.TakeWhile((segment, index) => index < segments.Length - 1 && segment.IndexOfAny(['*', '?']) < 0));
        IsDeep = Text[Folder.Length..].TrimStart('/').Contains('/', StringComparison.Ordinal) || Text.EndsWith("**", StringComparison.Ordinal);
        _pattern = new Regex(Translate(segments), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <summary>Whether it stays within the workspace.</summary>
    public bool IsInside { get; }

    /// <summary>Whether it names one path.</summary>
    public bool IsLiteral { get; }

    /// <summary>The glob, cleaned.</summary>
    public string Text { get; }

    /// <summary>Whether matches may lie in folders below <see cref="Folder"/>.</summary>
    public bool IsDeep { get; }

    /// <summary>The deepest folder that all matches lie in, or empty.</summary>
    public string Folder { get; }

    public bool Matches(string path) => _pattern.IsMatch(path);

    private static string Translate(string[] segments)
    {
        var pattern = new StringBuilder("^");
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            pattern.Append(segments[i] == "**"
                ? isLast ? ".+" : "(?:[^/]+/)*"
                : Regex.Escape(segments[i]).Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal)
                    + (isLast ? "" : "/"));
        }

        return pattern.Append('$').ToString();
    }
}
