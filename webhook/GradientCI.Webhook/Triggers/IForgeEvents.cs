using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

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

    /// <summary>A pull request was opened, closed, or changed in any way; its project is the repository's, whatever it says.</summary>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    Task<string> PullRequestAsync(RemoteRepository repository, PullRequest pullRequest, Hearing heard, CancellationToken cancellationToken);

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
