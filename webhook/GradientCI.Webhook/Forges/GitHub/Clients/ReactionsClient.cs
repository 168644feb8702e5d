using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

internal sealed class ReactionsClient(ApiConnection connection)
{
    /// <summary>Reacts to a comment; a reaction that is there already stays as it is.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="comment">The comment.</param>
    /// <param name="content">GitHub's word: <c>rocket</c>, <c>confused</c>, <c>-1</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CreateForIssueCommentAsync(RepositoryName repository, long comment, string content, CancellationToken cancellationToken) => connection.SendAsync(
        GitHubRequest.Post($"{repository.Path}/issues/comments/{comment}/reactions", $"react to the comment {comment} of {repository}", new NewReaction(content), GitHubJson.Default.NewReaction),
        cancellationToken);
}
