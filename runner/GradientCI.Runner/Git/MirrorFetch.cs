using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Runner.Git;

/// <summary>What is to be fetched into a mirror; all branches always are.</summary>
/// <param name="Url">From where.</param>
public sealed record MirrorFetch(CloneUrl Url)
{
    /// <summary>The password, or null when none is needed. It goes to the git process alone, and nowhere else.</summary>
    public string? Token { private get; init; }

    /// <summary>Called when the forge does not take the password, before the fetch fails.</summary>
    public Action TokenRefused { get; init; } = () => { };

    /// <summary>Whether the mirror's HEAD is to be where the server's is: nobody else says which branch is the default one.</summary>
    public bool FollowsHead { get; init; }

    /// <summary>Tags by their full names; one that is gone is left out.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>The pull request whose head is wanted, or null.</summary>
    public int? PullRequest { get; init; }

    /// <summary>How much the pull request may bring when nobody has let it in; null when it may bring what it likes.</summary>
    public ForkLimits? ForkLimits { get; init; }

    /// <summary>Commits or tags that are wanted whether or not a ref still leads to them; one that is gone is left out.</summary>
    public ImmutableArray<string> Objects { get; init; } = [];

    /// <summary>The settings of the call.</summary>
    internal ImmutableArray<KeyValuePair<string, string>> Settings => Token is null ? [] : [Url.Authorization(Token)];

    /// <summary>Takes the password out of a text, in every form in which git has seen it.</summary>
    internal string Masked(string text) => Token is null
        ? text
        : text.Replace(Url.Authorization(Token).Value.Split(' ')[^1], "***", StringComparison.Ordinal).Replace(Token, "***", StringComparison.Ordinal);

    /// <summary>A record would print the password.</summary>
    public override string ToString() => $"{nameof(MirrorFetch)} of {Url}";
}

/// <summary>Our names of what a mirror keeps.</summary>
public static class MirrorRefs
{
    /// <summary>Where the head of a pull request is.</summary>
    public static string PullRequest(int number) => $"refs/gradientci/pull/{number}";

    /// <summary>What keeps a commit, whatever is pushed over it.</summary>
    public static string Keep(CommitSha sha) => $"refs/gradientci/keep/{sha}";
}
