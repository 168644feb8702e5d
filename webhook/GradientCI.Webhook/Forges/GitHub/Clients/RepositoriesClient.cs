using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

internal sealed class RepositoriesClient(ApiConnection connection)
{
    public Task<Repository> GetAsync(RepositoryName repository, CancellationToken cancellationToken) =>
        connection.SendAsync(GitHubRequest.Get(repository.Path, $"look at {repository}"), GitHubJson.Default.Repository, cancellationToken);
}
