using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Forges;

/// <summary>Where repositories live, as far as we talk to it. Safe to use from several threads.</summary>
/// <remarks>All methods throw <see cref="ForgeException"/>, which says whether and when to try again.</remarks>
public interface IForge
{
    /// <summary>The name that repositories are recorded under: <c>github</c>.</summary>
    string Name { get; }

    /// <summary>Whether check runs can be posted: GitHub gives them to apps alone.</summary>
    bool HasCheckRuns { get; }

    /// <summary>The password for fetching a repository over HTTP, or null when none is needed. Never to be written down.</summary>
    Task<string?> GetCloneTokenAsync(ForgeRepository repository, CancellationToken cancellationToken);

    /// <summary>Hears that a password that it gave was not taken when something was fetched: it gives no such one again, where it can make another.</summary>
    void RefuseCloneToken(ForgeRepository repository, string token);

    /// <summary>The password for asking a repository's git server what refs there are; may be one for many repositories. Never to be written down.</summary>
    Task<string?> GetListingTokenAsync(ForgeRepository repository, CancellationToken cancellationToken) => GetCloneTokenAsync(repository, cancellationToken);

    /// <summary>Posts a commit status; the newest one of a context counts.</summary>
    Task SetStatusAsync(ForgeRepository repository, CommitStatus status, CancellationToken cancellationToken);

    /// <summary>Finds our check run of the same commit and name; the newest when there are several.</summary>
    /// <returns>Its id, or null.</returns>
    Task<long?> FindCheckRunAsync(ForgeRepository repository, CheckRun run, CancellationToken cancellationToken);

    /// <summary>Makes a check run, or changes one.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="run">What it is to say.</param>
    /// <param name="id">The check run to change, or null to make one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its id.</returns>
    Task<long> PutCheckRunAsync(ForgeRepository repository, CheckRun run, long? id, CancellationToken cancellationToken);

    /// <summary>Finds our comment by its marker, among all pages, only among those that we wrote ourselves; the oldest when there are several.</summary>
    /// <returns>Its id, or null.</returns>
    Task<long?> FindCommentAsync(ForgeRepository repository, int pullRequest, string marker, CancellationToken cancellationToken);

    /// <summary>Makes a comment, or changes one.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="pullRequest">The pull request's number.</param>
    /// <param name="body">Markdown, at most 60,000 bytes.</param>
    /// <param name="id">The comment to change, or null to make one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="ForgeException">Of kind NotFound when the comment to change is gone.</exception>
    Task<long> PutCommentAsync(ForgeRepository repository, int pullRequest, string body, long? id, CancellationToken cancellationToken);

    /// <summary>Shows at somebody's comment of a pull request what became of it; doing it again changes nothing.</summary>
    /// <exception cref="ForgeException">Of kind NotFound when the comment is gone.</exception>
    Task ReactAsync(ForgeRepository repository, long comment, Reaction reaction, CancellationToken cancellationToken);

    /// <summary>Whether somebody may push to a repository, at this moment; not somebody whom the forge does not know.</summary>
    Task<bool> MayWriteAsync(ForgeRepository repository, string login, CancellationToken cancellationToken);

    /// <summary>A pull request as it is at this moment, or null when there is none.</summary>
    Task<PullRequest?> FindPullRequestAsync(ForgeRepository repository, int number, CancellationToken cancellationToken);

    /// <summary>Asks who we are, for the doctor and for readiness.</summary>
    /// <returns>As whom we speak: <c>app gradientci</c>, <c>alice</c>.</returns>
    Task<string> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>How a commit status stands, in GitHub's words.</summary>
public enum StatusState
{
    /// <summary>Not over.</summary>
    Pending,

    /// <summary>Passed.</summary>
    Success,

    /// <summary>A trial failed or a check did not pass.</summary>
    Failure,

    /// <summary>The environment broke.</summary>
    Error,
}

/// <summary>What we think of a comment.</summary>
public enum Reaction
{
    /// <summary>What it asks for was done: a rocket.</summary>
    Done,

    /// <summary>What it asks for could not be done so: a confused face.</summary>
    Confused,

    /// <summary>Who wrote it may not ask: a thumb down.</summary>
    Refused,
}

/// <summary>A commit status.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="Context">Which one: <c>gradientci/digits</c>.</param>
/// <param name="State">How it stands.</param>
/// <param name="Description">At most 140 characters; longer ones are cut.</param>
/// <param name="TargetUrl">Where it leads, or null.</param>
public sealed record CommitStatus(CommitSha Sha, string Context, StatusState State, string Description, string? TargetUrl);

/// <summary>A check run.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="Name">Its name: <c>gradientci/digits</c>.</param>
/// <param name="State">How it stands; pending is in progress.</param>
/// <param name="Title">The output's title.</param>
/// <param name="Summary">The output's Markdown, at most 60,000 bytes.</param>
/// <param name="DetailsUrl">Where it leads, or null.</param>
/// <param name="ExternalId">Our name of it: <c>digits#12</c>.</param>
public sealed record CheckRun(CommitSha Sha, string Name, StatusState State, string Title, string Summary, string? DetailsUrl, string ExternalId);
