using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

/// <summary>Comments of issues, which pull requests are too.</summary>
internal sealed class IssueCommentsClient(ApiConnection connection)
{
    /// <summary>All comments, oldest first.</summary>
    public IAsyncEnumerable<IssueComment> GetAllForIssueAsync(RepositoryName repository, int number, CancellationToken cancellationToken) => connection.ListAsync(
        GitHubRequest.Get($"{repository.Path}/issues/{number}/comments?per_page=100", $"list the comments of {repository}#{number}"), GitHubJson.Default.IssueCommentArray, cancellationToken);

    public async Task<long> CreateAsync(RepositoryName repository, int number, string body, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Post($"{repository.Path}/issues/{number}/comments", $"comment on {repository}#{number}", new NewIssueComment(body), GitHubJson.Default.NewIssueComment);
        return (await connection.SendAsync(request with { Pace = WritePace.Notify }, GitHubJson.Default.IssueComment, cancellationToken)).Id;
    }

    public async Task<long> UpdateAsync(RepositoryName repository, long id, string body, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Patch($"{repository.Path}/issues/comments/{id}", $"change the comment {id} of {repository}", new NewIssueComment(body), GitHubJson.Default.NewIssueComment);
        return (await connection.SendAsync(request with { Pace = WritePace.Notify }, GitHubJson.Default.IssueComment, cancellationToken)).Id;
    }
}
