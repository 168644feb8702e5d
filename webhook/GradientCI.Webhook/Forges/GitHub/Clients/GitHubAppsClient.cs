using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

/// <summary>What an app does in its own name.</summary>
internal sealed class GitHubAppsClient(ApiConnection connection)
{
    /// <summary>Which app we are.</summary>
    public Task<GitHubApp> GetCurrentAsync(CancellationToken cancellationToken) =>
        connection.SendAsync(GitHubRequest.Get("/app", "say which app the key is of"), GitHubJson.Default.GitHubApp, cancellationToken);

    /// <summary>The installation that lets us into a repository.</summary>
    public Task<Installation> GetRepositoryInstallationForCurrentAsync(RepositoryName repository, CancellationToken cancellationToken) =>
        connection.SendAsync(GitHubRequest.Get($"{repository.Path}/installation", $"say how the app is installed in {repository}"), GitHubJson.Default.Installation, cancellationToken);

    /// <summary>Makes a token of an installation, which lives for an hour.</summary>
    public async Task<AccessToken> CreateInstallationTokenAsync(long installation, NewInstallationToken wanted, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Post($"/app/installations/{installation}/access_tokens", $"make a token of installation {installation}", wanted, GitHubJson.Default.NewInstallationToken)
            with { Pace = WritePace.Change };
        var answer = await connection.SendAsync(request, cancellationToken);
        var made = ApiConnection.Read(answer, request.Purpose, GitHubJson.Default.InstallationTokenResponse);
        return new AccessToken(made.Token, made.ExpiresAt, answer.Date);
    }
}
