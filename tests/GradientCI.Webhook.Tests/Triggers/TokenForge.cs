using GradientCI.Stores;
using GradientCI.Testing.Git;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Tests.Triggers;

/// <summary>A forge that gives tokens, and says who may write and what its pull requests are.</summary>
internal sealed class TokenForge : IForge
{
    public string Name { get; set; } = "github";

    public bool HasCheckRuns => false;

    /// <summary>What goes wrong, if anything.</summary>
    public ForgeException? Problem { get; set; }

    /// <summary>Who may push.</summary>
    public HashSet<string> Writers { get; } = [];

    /// <summary>How often it was asked what somebody may do.</summary>
    public int PermissionsAsked { get; private set; }

    /// <summary>The pull requests by number, as they are now.</summary>
    public Dictionary<int, PullRequest> PullRequests { get; } = [];

    /// <summary>What it gives.</summary>
    public string Token { get; set; } = RemoteServer.Token;

    /// <summary>What was not taken of what it gave.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>What happens meanwhile.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public async Task<string?> GetCloneTokenAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        await Meanwhile();
        return Problem is null ? Token : throw Problem;
    }

    public void RefuseCloneToken(ForgeRepository repository, string token) => Refused.Add(token);

    public Task SetStatusAsync(ForgeRepository repository, CommitStatus status, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> PutCheckRunAsync(ForgeRepository repository, CheckRun run, long? id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> FindCheckRunAsync(ForgeRepository repository, CheckRun run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> FindCommentAsync(ForgeRepository repository, int pullRequest, string marker, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long> PutCommentAsync(ForgeRepository repository, int pullRequest, string body, long? id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task ReactAsync(ForgeRepository repository, long comment, Reaction reaction, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> MayWriteAsync(ForgeRepository repository, string login, CancellationToken cancellationToken)
    {
        PermissionsAsked++;
        return Problem is null ? Task.FromResult(Writers.Contains(login)) : Task.FromException<bool>(Problem);
    }

    public Task<PullRequest?> FindPullRequestAsync(ForgeRepository repository, int number, CancellationToken cancellationToken) =>
        Task.FromResult(PullRequests.GetValueOrDefault(number));

    public Task<string> CheckAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
