using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Tests.Answers;

/// <summary>Repositories, pull requests and remarks in memory.</summary>
internal sealed class StagedForges : IForgeStore
{
    public Dictionary<ProjectId, ForgeRepository> Repositories { get; } = [];

    public List<PullRequest> Pulls { get; } = [];

    public List<CommitRemark> Remarks { get; } = [];

    public Task<ForgeRepository> PutRepositoryAsync(Project project, ForgeRepository repository, CancellationToken cancellationToken) =>
        Task.FromResult(Repositories[project.Id] = repository);

    public Task<bool> SetRemovedAsync(ProjectId project, bool isRemoved, long heardBy, CancellationToken cancellationToken)
    {
        Repositories[project] = Repositories[project] with { IsRemoved = isRemoved };
        return Task.FromResult(true);
    }

    public Task<ForgeRepository?> FindRepositoryAsync(string forge, long remoteId, CancellationToken cancellationToken) =>
        Task.FromResult(Repositories.Values.FirstOrDefault(repository => repository.RemoteId == remoteId));

    public Task<ForgeRepository?> FindRepositoryAsync(ProjectId project, CancellationToken cancellationToken) => Task.FromResult(Repositories.GetValueOrDefault(project));

    public Task<ImmutableArray<ForgeRepository>> ListRepositoriesAsync(CancellationToken cancellationToken) => Task.FromResult(Repositories.Values.ToImmutableArray());

    public Task<PullRequest> PutPullRequestAsync(PullRequest pullRequest, CancellationToken cancellationToken)
    {
        Pulls.RemoveAll(known => known.Number == pullRequest.Number);
        Pulls.Add(pullRequest);
        return Task.FromResult(pullRequest);
    }

    public Task<PullRequest?> FindPullRequestAsync(ProjectId project, int number, CancellationToken cancellationToken) =>
        Task.FromResult(Pulls.Find(pull => pull.Number == number));

    public Task<ImmutableArray<PullRequest>> ListPullRequestsAsync(ProjectId project, CommitSha head, CancellationToken cancellationToken) =>
        Task.FromResult(Pulls.Where(pull => pull.Head == head || pull.Heads.Contains(head)).ToImmutableArray());

    public Task<ImmutableArray<PullRequest>> ListOpenPullRequestsAsync(ProjectId project, CancellationToken cancellationToken) =>
        Task.FromResult(Pulls.Where(pull => pull.IsOpen).ToImmutableArray());

    public Task ApproveAsync(Approval approval, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Approval?> FindApprovalAsync(ProjectId project, int pullRequest, CommitSha sha, CancellationToken cancellationToken) => Task.FromResult<Approval?>(null);

    public Task PutRemarkAsync(CommitRemark remark, CancellationToken cancellationToken)
    {
        Remarks.RemoveAll(known => known.Source == remark.Source);
        Remarks.Add(remark);
        return Task.CompletedTask;
    }

    public Task RemoveRemarkAsync(ProjectId project, CommitSha sha, string source, CancellationToken cancellationToken)
    {
        Remarks.RemoveAll(known => known.Source == source);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<CommitRemark>> ListRemarksAsync(ProjectId project, CommitSha sha, CancellationToken cancellationToken) =>
        Task.FromResult(Remarks.Where(remark => remark.Sha == sha).ToImmutableArray());
}
