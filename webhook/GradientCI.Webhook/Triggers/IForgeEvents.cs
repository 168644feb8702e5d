using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Webhook.Triggers;

/// <summary>What happened at a forge, in no forge's words: each call leaves everything recorded that follows from it.</summary>
/// <remarks>
/// Every call may come twice, late, or in another order than things happened; the outcome is the same. Each answers with one
/// sentence for the delivery's record.
/// </remarks>
public interface IForgeEvents
{
    /// <summary>Refs were pushed.</summary>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    Task<string> PushAsync(RemoteRepository repository, ImmutableArray<RefUpdate> updates, Hearing heard, CancellationToken cancellationToken);

    /// <summary>A pull request was opened, closed, or changed in any way.</summary>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    Task<string> PullRequestAsync(RemoteRepository repository, RemotePullRequest pullRequest, Hearing heard, CancellationToken cancellationToken);

    /// <summary>We were let into a repository, or it was renamed, moved to another owner, or given another default branch.</summary>
    Task<string> RepositoryAsync(RemoteRepository repository, Hearing heard, CancellationToken cancellationToken);

    /// <summary>A repository was deleted, or we are no longer let in: nothing more starts there, and open runs are cancelled.</summary>
    Task<string> RemovedAsync(string forge, long remoteId, Hearing heard, CancellationToken cancellationToken);

    /// <summary>Every repository of an installation is to be let go of.</summary>
    Task<string> UninstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken);

    /// <summary>An installation that was suspended lets us in again, everywhere where it did.</summary>
    Task<string> ReinstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken);
}

/// <summary>A repository as a forge names it.</summary>
/// <param name="Forge">The forge's name: <c>github</c>.</param>
/// <param name="RemoteId">The forge's id of it, which a rename does not change.</param>
/// <param name="Owner">Its owner's name.</param>
/// <param name="Name">Its name.</param>
/// <param name="CloneUrl">Where its commits are fetched from, http or https, without credentials.</param>
/// <param name="DefaultBranch">The branch's name; empty when the event does not say it.</param>
/// <param name="Installation">The installation of our app, or null.</param>
public sealed record RemoteRepository(string Forge, long RemoteId, string Owner, string Name, string CloneUrl, string DefaultBranch, long? Installation);

/// <summary>A pull request as a forge tells of it.</summary>
public sealed record RemotePullRequest
{
    /// <summary>Its number.</summary>
    public required int Number { get; init; }

    /// <summary>The commit that it would merge.</summary>
    public required CommitSha Head { get; init; }

    /// <summary>The head's branch, without <c>refs/heads/</c>.</summary>
    public required string HeadRef { get; init; }

    /// <summary>Where the head's branch lives, <c>owner/name</c>; empty when that repository is gone, which counts as a fork.</summary>
    public required string HeadRepository { get; init; }

    /// <summary>Whether the head's branch lives in another repository than the base's, by the forge's ids.</summary>
    public required bool IsFork { get; init; }

    /// <summary>The branch that it would be merged into, without <c>refs/heads/</c>.</summary>
    public required string BaseRef { get; init; }

    /// <summary>The commit of that branch, as told.</summary>
    public required CommitSha Base { get; init; }

    /// <summary>Who opened it.</summary>
    public string Author { get; init; } = "";

    /// <summary>Whether it is open.</summary>
    public bool IsOpen { get; init; } = true;

    /// <summary>Whether it is a draft.</summary>
    public bool IsDraft { get; init; }

    /// <summary>When it last changed, by the forge's clock.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
