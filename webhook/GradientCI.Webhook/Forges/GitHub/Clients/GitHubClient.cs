using GradientCI.Webhook.Forges.GitHub.Http;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

/// <summary>GitHub's API as somebody sees it: the operations in use, named as Octokit names them.</summary>
internal sealed class GitHubClient(ApiConnection connection)
{
    public RepositoriesClient Repository { get; } = new(connection);

    public CommitStatusClient Status { get; } = new(connection);

    public CheckRunsClient CheckRun { get; } = new(connection);

    public IssueCommentsClient IssueComment { get; } = new(connection);

    public ReactionsClient Reaction { get; } = new(connection);

    public PullRequestsClient PullRequest { get; } = new(connection);

    public RepoCollaboratorsClient Collaborator { get; } = new(connection);

    public UsersClient User { get; } = new(connection);

    public GitHubAppsClient GitHubApps { get; } = new(connection);

    public WebhooksClient Webhook { get; } = new(connection);
}
