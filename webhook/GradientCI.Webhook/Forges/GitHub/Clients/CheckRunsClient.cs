using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

internal sealed class CheckRunsClient(ApiConnection connection)
{
    /// <summary>The check runs of a name at a commit, whichever app made them; of each app the newest.</summary>
    public async Task<IReadOnlyList<CheckRunResponse>> GetAllForReferenceAsync(RepositoryName repository, string sha, string name, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Get(
            $"{repository.Path}/commits/{sha}/check-runs?check_name={Uri.EscapeDataString(name)}&filter=latest&per_page=100", $"look for the check run {name} at {repository}");
        return (await connection.SendAsync(request, GitHubJson.Default.CheckRunsResponse, cancellationToken)).CheckRuns;
    }

    public async Task<long> CreateAsync(RepositoryName repository, NewCheckRun run, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Post($"{repository.Path}/check-runs", $"make the check run {run.Name} at {repository}", run, GitHubJson.Default.NewCheckRun);
        return (await connection.SendAsync(request, GitHubJson.Default.CheckRunResponse, cancellationToken)).Id;
    }

    public async Task<long> UpdateAsync(RepositoryName repository, long id, CheckRunUpdate run, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Patch($"{repository.Path}/check-runs/{id}", $"change the check run {run.Name} at {repository}", run, GitHubJson.Default.CheckRunUpdate);
        return (await connection.SendAsync(request, GitHubJson.Default.CheckRunResponse, cancellationToken)).Id;
    }
}
