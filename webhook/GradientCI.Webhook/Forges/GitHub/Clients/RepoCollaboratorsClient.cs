using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

internal sealed class RepoCollaboratorsClient(ApiConnection connection)
{
    /// <summary>What somebody may do in a repository at this moment: <c>admin</c>, <c>write</c>, <c>read</c>, <c>none</c>.</summary>
    public Task<CollaboratorPermission> ReviewPermissionAsync(RepositoryName repository, string user, CancellationToken cancellationToken) => connection.SendAsync(
        GitHubRequest.Get($"{repository.Path}/collaborators/{Uri.EscapeDataString(user)}/permission", $"see what {user} may do in {repository}"),
        GitHubJson.Default.CollaboratorPermission,
        cancellationToken);
}
