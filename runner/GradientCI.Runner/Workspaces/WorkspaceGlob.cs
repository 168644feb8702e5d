using GradientCI.Runner.Globs;

namespace GradientCI.Runner.Workspaces;

/// <summary>A glob over a workspace's files, with what is needed to look for them without walking everything.</summary>
internal sealed class WorkspaceGlob
{
    private readonly Glob _pattern;

    public WorkspaceGlob(string glob)
    {
        var segments = glob.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        IsInside = !glob.StartsWith('/') && !segments.Contains("..", StringComparer.Ordinal);
        IsLiteral = glob.IndexOfAny(['*', '?']) < 0;
        Text = string.Join('/', segments);
        Folder = string.Join('/', segments.TakeWhile((segment, index) => index < segments.Length - 1 && segment.IndexOfAny(['*', '?']) < 0));
        IsDeep = Text[Folder.Length..].TrimStart('/').Contains('/', StringComparison.Ordinal) || Text.EndsWith("**", StringComparison.Ordinal);
        _pattern = new Glob(Text);
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
}
