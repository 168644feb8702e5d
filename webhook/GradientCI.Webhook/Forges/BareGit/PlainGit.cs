using GradientCI.Stores;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>No forge: repositories that are fetched from a URL, where nothing can be said and nobody can be asked.</summary>
public sealed class PlainGit : IForge, IForgeHistory
{
    /// <inheritdoc/>
    public string Name => ForgeRepository.NoForge;

    /// <inheritdoc/>
    public bool HasCheckRuns => false;

    /// <inheritdoc/>
    public Task<string?> GetCloneTokenAsync(ForgeRepository repository, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public void RefuseCloneToken(ForgeRepository repository, string token)
    {
        // It gave none.
    }

    /// <inheritdoc/>
    public Task SetStatusAsync(ForgeRepository repository, CommitStatus status, CancellationToken cancellationToken) => throw Nothing(repository);

    /// <inheritdoc/>
    public Task<long?> FindCheckRunAsync(ForgeRepository repository, CheckRun run, CancellationToken cancellationToken) => throw Nothing(repository);

    /// <inheritdoc/>
    public Task<long> PutCheckRunAsync(ForgeRepository repository, CheckRun run, long? id, CancellationToken cancellationToken) => throw Nothing(repository);

    /// <inheritdoc/>
    public Task<long?> FindCommentAsync(ForgeRepository repository, int pullRequest, string marker, CancellationToken cancellationToken) => throw Nothing(repository);

    /// <inheritdoc/>
    public Task<long> PutCommentAsync(ForgeRepository repository, int pullRequest, string body, long? id, CancellationToken cancellationToken) => throw Nothing(repository);

    /// <inheritdoc/>
    public Task ReactAsync(ForgeRepository repository, long comment, Reaction reaction, CancellationToken cancellationToken) => throw Nothing(repository);

    /// <inheritdoc/>
    public Task<bool> MayWriteAsync(ForgeRepository repository, string login, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc/>
    public Task<PullRequest?> FindPullRequestAsync(ForgeRepository repository, int number, CancellationToken cancellationToken) => Task.FromResult<PullRequest?>(null);

    /// <inheritdoc/>
    public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("nobody");

    /// <inheritdoc/>
    public Task<Redelivery> RedeliverAsync(RedeliveryRequest request, CancellationToken cancellationToken) => Task.FromResult(new Redelivery(0, []));

    private static ForgeException Nothing(ForgeRepository repository) =>
        new(ForgeProblem.Rejected, $"{repository.FullName} is of no forge that this service is set up for, so nothing can be said there.");
}
