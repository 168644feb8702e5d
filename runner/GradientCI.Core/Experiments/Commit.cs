using System.Collections.Immutable;

namespace GradientCI.Experiments;

/// <summary>What a run keeps of its commit.</summary>
public sealed record Commit
{
    /// <summary>The commit.</summary>
    public required CommitSha Sha { get; init; }

    /// <summary>The object name of its tree.</summary>
    public required string Tree { get; init; }

    /// <summary>Its parents; empty for a root, and where a shallow clone ends.</summary>
    public ImmutableArray<CommitSha> Parents { get; init; } = [];

    /// <summary>The author's name.</summary>
    public string AuthorName { get; init; } = "";

    /// <summary>The author's address.</summary>
    public string AuthorEmail { get; init; } = "";

    /// <summary>When it was committed, with the committer's offset.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The whole message.</summary>
    public string Message { get; init; } = "";

    /// <summary>The full ref it was reached by, <c>refs/heads/main</c>, or empty for a detached head.</summary>
    public string Ref { get; init; } = "";

    /// <summary>The first line of the message.</summary>
    public string Subject => Message.Split('\n', 2)[0].Trim();

    /// <summary>The ref as people say it: <c>main</c>, <c>v1.0</c>.</summary>
    public string RefName => Ref.StartsWith("refs/heads/", StringComparison.Ordinal) ? Ref["refs/heads/".Length..]
        : Ref.StartsWith("refs/tags/", StringComparison.Ordinal) ? Ref["refs/tags/".Length..]
        : Ref;
}

/// <summary>How one file differs between two commits.</summary>
/// <param name="Path">Path in the newer commit, or in the older when deleted.</param>
/// <param name="Kind"><c>added</c>, <c>deleted</c>, <c>modified</c>, <c>renamed</c> or <c>type-changed</c>.</param>
/// <param name="OldPath">Where a renamed file was, else null.</param>
/// <param name="Added">Lines added, or null for a binary file.</param>
/// <param name="Deleted">Lines deleted, or null for a binary file.</param>
public sealed record FileChange(string Path, string Kind, string? OldPath, int? Added, int? Deleted);
