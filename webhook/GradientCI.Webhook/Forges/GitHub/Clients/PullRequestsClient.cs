using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

internal sealed class PullRequestsClient(ApiConnection connection)
{
    public Task<PullRequest> GetAsync(RepositoryName repository, int number, CancellationToken cancellationToken) =>
        connection.SendAsync(GitHubRequest.Get($"{repository.Path}/pulls/{number}", $"look at {repository}#{number}"), GitHubJson.Default.PullRequest, cancellationToken);
}
