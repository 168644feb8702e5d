using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>The repositories of forges, their pull requests, and what is to be said at their commits beside runs.</summary>
/// <remarks>One transaction per method, as in <see cref="IExperimentStore"/>.</remarks>
public interface IForgeStore
{
    /// <summary>Records a repository, with its project, or what is new of it; idempotent. What was told earlier than what is known changes nothing.</summary>
    /// <remarks>A branch or an installation that is not told stays as it was. Whether it is removed counts only for one that was not known.</remarks>
    /// <returns>The repository as it is known now.</returns>
    Task<ForgeRepository> PutRepositoryAsync(Project project, ForgeRepository repository, CancellationToken cancellationToken);

    /// <summary>Records whether a repository lets us in; what was heard earlier than what is known changes nothing.</summary>
    /// <returns>Whether it counts.</returns>
    Task<bool> SetRemovedAsync(ProjectId project, bool isRemoved, long heardBy, CancellationToken cancellationToken);

    /// <summary>The repository with a forge's id of it, or null.</summary>
    Task<ForgeRepository?> FindRepositoryAsync(string forge, long remoteId, CancellationToken cancellationToken);

    /// <summary>The repository of a project, or null when it is none of a forge.</summary>
    Task<ForgeRepository?> FindRepositoryAsync(ProjectId project, CancellationToken cancellationToken);

    /// <summary>All repositories, removed ones included, by owner and name.</summary>
    Task<ImmutableArray<ForgeRepository>> ListRepositoriesAsync(CancellationToken cancellationToken);

    /// <summary>Records a pull request as the forge told of it; what is older than what is known changes nothing.</summary>
    /// <remarks>A new head is added to <see cref="PullRequest.Heads"/>, which the caller need not give.</remarks>
    /// <returns>The pull request as it is known now.</returns>
    Task<PullRequest> PutPullRequestAsync(PullRequest pullRequest, CancellationToken cancellationToken);

    /// <summary>A pull request, or null.</summary>
    Task<PullRequest?> FindPullRequestAsync(ProjectId project, int number, CancellationToken cancellationToken);

    /// <summary>The pull requests whose head is a commit now, by number.</summary>
    Task<ImmutableArray<PullRequest>> ListPullRequestsAsync(ProjectId project, CommitSha head, CancellationToken cancellationToken);

    /// <summary>The open pull requests of a project, by number.</summary>
    Task<ImmutableArray<PullRequest>> ListOpenPullRequestsAsync(ProjectId project, CancellationToken cancellationToken);

    /// <summary>Lets one commit of a pull request from a fork run; idempotent.</summary>
    Task ApproveAsync(Approval approval, CancellationToken cancellationToken);

    /// <summary>Who approved exactly this commit of a pull request, or null.</summary>
    Task<Approval?> FindApprovalAsync(ProjectId project, int pullRequest, CommitSha sha, CancellationToken cancellationToken);

    /// <summary>Says something at a commit, instead of what the same source said there; the commit is to be answered anew.</summary>
    Task PutRemarkAsync(CommitRemark remark, CancellationToken cancellationToken);

    /// <summary>Takes back what a source said at a commit; the commit is to be answered anew when there was something.</summary>
    Task RemoveRemarkAsync(ProjectId project, CommitSha sha, string source, CancellationToken cancellationToken);

    /// <summary>What is said at a commit, by source.</summary>
    Task<ImmutableArray<CommitRemark>> ListRemarksAsync(ProjectId project, CommitSha sha, CancellationToken cancellationToken);
}

/// <summary>A repository of a forge, which is one project here.</summary>
/// <param name="Project">The project; its location is the mirror.</param>
/// <param name="Forge">The forge's name: <c>github</c>.</param>
/// <param name="RemoteId">The forge's id of it, which a rename does not change.</param>
/// <param name="Owner">Its owner's name.</param>
/// <param name="Name">Its name.</param>
/// <param name="CloneUrl">Where its commits are fetched from; never with credentials.</param>
/// <param name="DefaultBranch">The branch's name, without <c>refs/heads/</c>.</param>
public sealed record ForgeRepository(ProjectId Project, string Forge, long RemoteId, string Owner, string Name, string CloneUrl, string DefaultBranch)
{
    /// <summary>What <see cref="Forge"/> is for a repository of no forge, which is fetched from a URL.</summary>
    public const string NoForge = "git";

    /// <summary>The installation of the GitHub App that lets us in, or null.</summary>
    public long? Installation { get; init; }

    /// <summary>The number of the delivery that told this.</summary>
    public long ToldBy { get; init; }

    /// <summary>Whether the forge no longer lets us in: deleted, or the app was uninstalled.</summary>
    public bool IsRemoved { get; init; }

    /// <summary><c>owner/name</c>.</summary>
    public string FullName => $"{Owner}/{Name}";
}

/// <summary>A pull request as the forge told of it.</summary>
public sealed record PullRequest
{
    /// <summary>Whose.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>Its number.</summary>
    public required int Number { get; init; }

    /// <summary>The commit that it would merge.</summary>
    public required CommitSha Head { get; init; }

    /// <summary>The head's branch, without <c>refs/heads/</c>.</summary>
    public required string HeadRef { get; init; }

    /// <summary>Where the head's branch lives, <c>owner/name</c>; empty when that repository is gone.</summary>
    public required string HeadRepository { get; init; }

    /// <summary>Whether the head's branch lives in another repository: a stranger's code.</summary>
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

    /// <summary>Since when the head is the head, by the forge's clock and as far as we heard; the caller need not give it.</summary>
    public DateTimeOffset HeadSince { get; init; }

    /// <summary>Every head that we heard of, oldest first, the present one last.</summary>
    public ImmutableArray<CommitSha> Heads { get; init; } = [];
}

/// <summary>Somebody let a stranger's commit run.</summary>
/// <param name="Project">The project.</param>
/// <param name="PullRequest">The pull request's number.</param>
/// <param name="Sha">Exactly this commit.</param>
/// <param name="By">Who: a login of the forge, or <c>NAME@HOST</c> of a terminal.</param>
/// <param name="At">When.</param>
public sealed record Approval(ProjectId Project, int PullRequest, CommitSha Sha, string By, DateTimeOffset At);

/// <summary>What is to be said at a commit beside its runs.</summary>
/// <param name="Project">The project.</param>
/// <param name="Sha">The commit.</param>
/// <param name="Source">What says it: <c>manifest</c>, <c>approval</c>; a later remark of the same source replaces it.</param>
/// <param name="Kind">What it counts as.</param>
/// <param name="Sentence">One sentence, for a status.</param>
/// <param name="Detail">All of it as plain text, for a comment; may be empty.</param>
public sealed record CommitRemark(ProjectId Project, CommitSha Sha, string Source, RemarkKind Kind, string Sentence, string Detail);

/// <summary>What a remark counts as.</summary>
public enum RemarkKind
{
    /// <summary>Nothing runs because something is wrong: a manifest with errors.</summary>
    Failure,

    /// <summary>Nothing runs until somebody acts: a fork that waits for approval.</summary>
    Waiting,
}
