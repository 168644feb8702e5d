using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

internal sealed class UsersClient(ApiConnection connection)
{
    /// <summary>Whose token it is.</summary>
    public Task<User> CurrentAsync(CancellationToken cancellationToken) =>
        connection.SendAsync(GitHubRequest.Get("/user", "say whose token it is"), GitHubJson.Default.User, cancellationToken);
}
