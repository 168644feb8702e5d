using GradientCI.Experiments;

namespace GradientCI.Webhook.Triggers;

/// <summary>What a run says of the pull request that asked for it.</summary>
internal sealed record PullRequestOrigin(int Number)
{
    private const string Prefix = "pull ";

    private const string AskedPrefix = "comment ";

    private string OfPullRequest => $"{Prefix}{Number} ";

    /// <summary>The number of the pull request that asked for it, or null when none did.</summary>
    public static int? NumberOf(string origin) =>
        origin.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(origin.Split(' ')[1], out var number) ? number : null;

    /// <summary>The origin of a run at a head of the pull request.</summary>
    public string At(CommitSha head) => OfPullRequest + head;

    /// <summary>Whether the pull request asked for it.</summary>
    public bool IsOurs(string origin) => origin.StartsWith(OfPullRequest, StringComparison.Ordinal);

    /// <summary>Whether the pull request asked for it with another head.</summary>
    public bool IsOtherHead(string origin, CommitSha head) => IsOurs(origin) && !IsAt(origin, head);

    /// <summary>Whether the pull request asked for it with this head, the first time or again.</summary>
    public bool IsAt(string origin, CommitSha head) => origin.StartsWith(At(head), StringComparison.Ordinal);

    /// <summary>The origin of a run at a head whose earlier runs we cancelled ourselves: the pull request was closed, or its head was another.</summary>
    public string Again(CommitSha head, int times) => $"{At(head)} again {times}";

    /// <summary>The origin of a run that a comment of the pull request asked for.</summary>
    /// <param name="head">The head at that time.</param>
    /// <param name="comment">The comment.</param>
    /// <param name="ordinal">Which of its commands.</param>
    public string Asked(CommitSha head, long comment, int ordinal) => $"{AskedPrefix}{Number} {head} {comment}.{ordinal}";

    /// <summary>Whether the pull request asked for it, or a comment there.</summary>
    public bool IsOwn(string origin) => IsOurs(origin) || origin.StartsWith($"{AskedPrefix}{Number} ", StringComparison.Ordinal);
}
