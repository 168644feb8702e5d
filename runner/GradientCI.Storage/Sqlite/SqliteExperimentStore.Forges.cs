using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <content>What forges tell us.</content>
public sealed partial class SqliteExperimentStore : IForgeStore
{
    /// <inheritdoc/>
    public Task<ForgeRepository> PutRepositoryAsync(Project project, ForgeRepository repository, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            var known = ForgeRows.Find(session, repository.Project);
            if (known is null || repository.ToldBy >= known.ToldBy)
            {
                RunRows.PutProject(session, project);
                ForgeRows.Put(session, repository);
            }

            return ForgeRows.Find(session, repository.Project)!;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetRemovedAsync(ProjectId project, bool isRemoved, long heardBy, CancellationToken cancellationToken) =>
        WriteAsync(session => ForgeRows.SetRemoved(session, project, isRemoved, heardBy), cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeRepository?> FindRepositoryAsync(string forge, long remoteId, CancellationToken cancellationToken) =>
        ReadAsync(session => ForgeRows.Find(session, forge, remoteId), cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeRepository?> FindRepositoryAsync(ProjectId project, CancellationToken cancellationToken) =>
        ReadAsync(session => ForgeRows.Find(session, project), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ForgeRepository>> ListRepositoriesAsync(CancellationToken cancellationToken) => ReadAsync(ForgeRows.List, cancellationToken);

    /// <inheritdoc/>
    public Task<PullRequest> PutPullRequestAsync(PullRequest pullRequest, CancellationToken cancellationToken) =>
        WriteAsync(session => PullRequestRows.Put(session, pullRequest), cancellationToken);

    /// <inheritdoc/>
    public Task<PullRequest?> FindPullRequestAsync(ProjectId project, int number, CancellationToken cancellationToken) =>
        ReadAsync(session => PullRequestRows.Find(session, project, number), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<PullRequest>> ListPullRequestsAsync(ProjectId project, CommitSha head, CancellationToken cancellationToken) =>
        ReadAsync(session => PullRequestRows.ListWithHead(session, project, head), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<PullRequest>> ListOpenPullRequestsAsync(ProjectId project, CancellationToken cancellationToken) =>
        ReadAsync(session => PullRequestRows.ListOpen(session, project), cancellationToken);

    /// <inheritdoc/>
    public Task ApproveAsync(Approval approval, CancellationToken cancellationToken) =>
        WriteAsync(session => PullRequestRows.Approve(session, approval), cancellationToken);

    /// <inheritdoc/>
    public Task<Approval?> FindApprovalAsync(ProjectId project, int pullRequest, CommitSha sha, CancellationToken cancellationToken) =>
        ReadAsync(session => PullRequestRows.FindApproval(session, project, pullRequest, sha), cancellationToken);

    /// <inheritdoc/>
    public Task PutRemarkAsync(CommitRemark remark, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            RemarkRows.Put(session, remark);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task RemoveRemarkAsync(ProjectId project, CommitSha sha, string source, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            RemarkRows.Remove(session, project, sha, source);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CommitRemark>> ListRemarksAsync(ProjectId project, CommitSha sha, CancellationToken cancellationToken) =>
        ReadAsync(session => RemarkRows.List(session, project, sha), cancellationToken);
}
