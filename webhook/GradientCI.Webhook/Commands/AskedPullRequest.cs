using GradientCI.Reports.Analysis;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Commands;

/// <summary>Where a command was written.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Pull">The pull request as it is now.</param>
/// <param name="Comment">The comment.</param>
/// <param name="Ordinal">Which of its commands, from 1.</param>
internal sealed record AskedPullRequest(ForgeRepository Repository, PullRequest Pull, RemoteComment Comment, int Ordinal)
{
    /// <summary>The origin of a run that it asks for.</summary>
    public string Origin => new PullRequestOrigin(Pull.Number).Asked(Pull.Head, Comment.Id, Ordinal);

    /// <summary>What a change is signed with that it asks for.</summary>
    public Signature Sign(TimeProvider time) => new(time.GetUtcNow(), PlainText.Of(Comment.Author, 50), $"{Repository.FullName}#{Pull.Number}");
}
