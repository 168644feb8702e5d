using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

internal sealed class CommitStatusClient(ApiConnection connection)
{
    public Task CreateAsync(RepositoryName repository, string sha, NewCommitStatus status, CancellationToken cancellationToken) => connection.SendAsync(
        GitHubRequest.Post($"{repository.Path}/statuses/{sha}", $"post the status {status.Context} at {repository}", status, GitHubJson.Default.NewCommitStatus),
        cancellationToken);
}
