using System.Buffers;

namespace GradientCI.Webhook.Triggers;

/// <summary>What kind of name was pushed.</summary>
public enum RefKind
{
    /// <summary>Below <c>refs/heads/</c>.</summary>
    Branch,

    /// <summary>Below <c>refs/tags/</c>.</summary>
    Tag,

    /// <summary>Anything else: notes, replacements, another server's names. Starts nothing.</summary>
    Other,
}

/// <summary>One ref of a push, as git tells it.</summary>
public sealed record RefUpdate
{
    private const int LongestRef = 1000;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" ~^:?*[\\");

    private RefUpdate(string old, string @new, string name)
    {
        (Old, New, Ref) = (old, @new, name);
    }

    /// <summary>The object that it named before; zeros for a new ref.</summary>
    public string Old { get; }

    /// <summary>The object that it names now; zeros for a deleted ref.</summary>
    public string New { get; }

    /// <summary>The full name: <c>refs/heads/main</c>.</summary>
    public string Ref { get; }

    /// <summary>Whether nobody told of it, and we found it ourselves: it may stand for several pushes, told of late or never.</summary>
    public bool IsFound { get; init; }

    /// <summary>Whether it was not there before.</summary>
    public bool IsCreated => Old.AsSpan().Trim('0').IsEmpty;

    /// <summary>Whether it is gone.</summary>
    public bool IsDeleted => New.AsSpan().Trim('0').IsEmpty;

    /// <summary>What it is.</summary>
    public RefKind Kind => Ref.StartsWith("refs/heads/", StringComparison.Ordinal) ? RefKind.Branch
        : Ref.StartsWith("refs/tags/", StringComparison.Ordinal) ? RefKind.Tag
        : RefKind.Other;

    /// <summary>The name as people say it: <c>main</c>, <c>v1.0</c>.</summary>
    public string Name => Kind switch
    {
        RefKind.Branch => Ref["refs/heads/".Length..],
        RefKind.Tag => Ref["refs/tags/".Length..],
        _ => Ref,
    };

    /// <summary>Reads a line of a post-receive hook's input: <c>OLD NEW REF</c>.</summary>
    /// <returns>The update, or null when no git wrote that line.</returns>
    public static RefUpdate? Parse(string line) => line.Split(' ') is [var old, var @new, var name] ? TryMake(old, @new, name) : null;

    /// <summary>Takes what a stranger tells of a ref.</summary>
    /// <param name="old">The object that it named before; zeros for a new ref.</param>
    /// <param name="new">The object that it names now; zeros for a deleted ref.</param>
    /// <param name="name">The full name: <c>refs/heads/main</c>.</param>
    /// <returns>The update, or null when git would have none of it.</returns>
    public static RefUpdate? TryMake(string old, string @new, string name) =>
        IsObject(old) && IsObject(@new) && IsRef(name) ? new RefUpdate(old, @new, name) : null;

    /// <summary>Whether git would take a branch's name, without <c>refs/heads/</c>.</summary>
    public static bool IsBranch(string name) => IsRef($"refs/heads/{name}");

    private static bool IsObject(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    // What git check-ref-format forbids: names go into options of git and into answers, so nothing is taken on trust.
    private static bool IsRef(string name) => name.Length <= LongestRef
        && name.StartsWith("refs/", StringComparison.Ordinal)
        && !name.AsSpan().ContainsAny(Forbidden)
        && !name.Any(char.IsControl)
        && !name.Contains("..", StringComparison.Ordinal)
        && name.Split('/').All(part => part.Length > 0 && part[0] != '.');
}
