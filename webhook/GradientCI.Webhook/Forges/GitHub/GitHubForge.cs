using System.Net;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.GitHub.Clients;
using GradientCI.Webhook.Forges.GitHub.Models;
using PullRequest = GradientCI.Stores.PullRequest;

namespace GradientCI.Webhook.Forges.GitHub;

/// <summary>GitHub, as an app or as a person.</summary>
public sealed partial class GitHubForge : IForge, IDisposable
{
    private readonly GitHubClients _clients;
    private volatile string? _login;

    /// <summary>Opens nothing yet: the first call does.</summary>
    /// <exception cref="GradientException">The options are wrong; all that is wrong is said.</exception>
    public GitHubForge(GitHubOptions options, TimeProvider time)
        : this(options, NewHandler(), time)
    {
    }

    internal GitHubForge(GitHubOptions options, HttpMessageHandler handler, TimeProvider time)
    {
        _clients = new GitHubClients(options, handler, time);
    }

    /// <inheritdoc/>
    public string Name => "github";

    /// <inheritdoc/>
    public bool HasCheckRuns => _clients.IsApp;

    /// <summary>How many calls GitHub still allows, as it said last.</summary>
    public IEnumerable<CallsLeft> CallsLeft => _clients.CallsLeft.Select(each => new CallsLeft(Name, each.Who, each.Count));

    /// <inheritdoc/>
    public Task<string?> GetCloneTokenAsync(ForgeRepository repository, CancellationToken cancellationToken) => _clients.GetCloneTokenAsync(repository, cancellationToken);

    /// <inheritdoc/>
    public void RefuseCloneToken(ForgeRepository repository, string token) => _clients.RefuseCloneToken(repository, token);

    /// <inheritdoc/>
    public Task<string?> GetListingTokenAsync(ForgeRepository repository, CancellationToken cancellationToken) => _clients.GetListingTokenAsync(repository, cancellationToken);

    /// <inheritdoc/>
    public async Task SetStatusAsync(ForgeRepository repository, CommitStatus status, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(repository, cancellationToken);
        var state = status.State switch
        {
            StatusState.Pending => "pending",
            StatusState.Success => "success",
            StatusState.Failure => "failure",
            _ => "error",
        };
        await client.Status.CreateAsync(
            NameOf(repository), status.Sha.Value, new NewCommitStatus(state, status.TargetUrl, StatusText.Of(status.Description), status.Context), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long?> FindCheckRunAsync(ForgeRepository repository, CheckRun run, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(repository, cancellationToken);
        var login = await LoginAsync(cancellationToken);
        try
        {
            var known = await client.CheckRun.GetAllForReferenceAsync(NameOf(repository), run.Sha.Value, run.Name, cancellationToken);
            return known.Where(each => each.Name == run.Name && $"{each.App?.Slug}[bot]" == login).Max(each => (long?)each.Id);
        }
        catch (ForgeException problem) when (problem.Problem == ForgeProblem.NotFound)
        {
            // Not a commit that it lists; whether one can be made there is told when it is.
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<long> PutCheckRunAsync(ForgeRepository repository, CheckRun run, long? id, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(repository, cancellationToken);
        var (status, conclusion) = Standing(run.State);
        var output = new NewCheckRunOutput(run.Title, run.Summary);
        return id is { } known
            ? await client.CheckRun.UpdateAsync(
                NameOf(repository), known, new CheckRunUpdate(run.Name, status, conclusion, run.DetailsUrl, run.ExternalId, output), cancellationToken)
            : await client.CheckRun.CreateAsync(
                NameOf(repository), new NewCheckRun(run.Name, run.Sha.Value, status, conclusion, run.DetailsUrl, run.ExternalId, output), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long?> FindCommentAsync(ForgeRepository repository, int pullRequest, string marker, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(repository, cancellationToken);
        var login = await LoginAsync(cancellationToken);
        await foreach (var comment in client.IssueComment.GetAllForIssueAsync(NameOf(repository), pullRequest, cancellationToken))
        {
            // Anybody can paste the marker; only our own comments are ours to edit.
            if (string.Equals(comment.User?.Login, login, StringComparison.OrdinalIgnoreCase) && comment.Body?.Contains(marker, StringComparison.Ordinal) == true)
            {
                return comment.Id;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<long> PutCommentAsync(ForgeRepository repository, int pullRequest, string body, long? id, CancellationToken cancellationToken)
    {
        var comments = (await ClientAsync(repository, cancellationToken)).IssueComment;
        return id is { } known
            ? await comments.UpdateAsync(NameOf(repository), known, body, cancellationToken)
            : await comments.CreateAsync(NameOf(repository), pullRequest, body, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReactAsync(ForgeRepository repository, long comment, Reaction reaction, CancellationToken cancellationToken)
    {
        var word = reaction switch
        {
            Reaction.Done => "rocket",
            Reaction.Confused => "confused",
            _ => "-1",
        };
        await (await ClientAsync(repository, cancellationToken)).Reaction.CreateForIssueCommentAsync(NameOf(repository), comment, word, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> MayWriteAsync(ForgeRepository repository, string login, CancellationToken cancellationToken)
    {
        try
        {
            var may = await (await ClientAsync(repository, cancellationToken)).Collaborator.ReviewPermissionAsync(NameOf(repository), login, cancellationToken);
            return may.Permission is "admin" or "write";
        }
        catch (ForgeException problem) when (problem.Problem == ForgeProblem.NotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<PullRequest?> FindPullRequestAsync(ForgeRepository repository, int number, CancellationToken cancellationToken)
    {
        try
        {
            return (await (await ClientAsync(repository, cancellationToken)).PullRequest.GetAsync(NameOf(repository), number, cancellationToken)).ToStored(repository.Project);
        }
        catch (ForgeException problem) when (problem.Problem == ForgeProblem.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<string> CheckAsync(CancellationToken cancellationToken) => _clients.GetNameAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _clients.Dispose();

    /// <summary>The API as we may use it in a repository.</summary>
    internal Task<GitHubClient> ClientAsync(ForgeRepository repository, CancellationToken cancellationToken) => _clients.ForAsync(repository, cancellationToken);

    // A broken environment blocks a merge as a failed trial does: "neutral" would let it pass, "cancelled" and "timed_out" would be untrue.
    private static (string Status, string? Conclusion) Standing(StatusState state) => state switch
    {
        StatusState.Pending => ("in_progress", null),
        StatusState.Success => ("completed", "success"),
        _ => ("completed", "failure"),
    };

    // Redirects are ours to follow, or the token would be left behind; a name may move to another address.
    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private async Task<string> LoginAsync(CancellationToken cancellationToken) => _login ??= await _clients.GetLoginAsync(cancellationToken);

    private static RepositoryName NameOf(ForgeRepository repository) => new(repository.Owner, repository.Name);
}
