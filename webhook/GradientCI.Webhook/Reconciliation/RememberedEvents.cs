using System.Collections.Immutable;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Reconciliation;

/// <summary>Remembers what refs were told to name, once everything that follows from it is recorded.</summary>
/// <param name="events">Records what follows.</param>
/// <param name="repositories">Tells the project of a repository.</param>
/// <param name="heads">Where it is remembered.</param>
/// <param name="watch">Looks at a repository of which we hear for the first time.</param>
public sealed class RememberedEvents(IForgeEvents events, IForgeStore repositories, IHeadStore heads, HeadWatch watch) : IForgeEvents
{
    /// <inheritdoc/>
    public async Task<string> PushAsync(RemoteRepository repository, ImmutableArray<RefUpdate> updates, Hearing heard, CancellationToken cancellationToken)
    {
        var answer = await events.PushAsync(repository, updates, heard, cancellationToken);
        await NoteAsync(repository, updates.Where(update => update.Kind != RefKind.Other).Select(update => (update.Ref, update.IsDeleted ? null : update.New)), cancellationToken);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<string> PullRequestAsync(RemoteRepository repository, PullRequest pullRequest, Hearing heard, CancellationToken cancellationToken)
    {
        var answer = await events.PullRequestAsync(repository, pullRequest, heard, cancellationToken);
        await NoteAsync(repository, [(HeadComparison.RefOf(pullRequest.Number), pullRequest.Head.Value)], cancellationToken);
        return answer;
    }

    /// <inheritdoc/>
    public Task<string> RepositoryAsync(RemoteRepository repository, Hearing heard, CancellationToken cancellationToken) => events.RepositoryAsync(repository, heard, cancellationToken);

    /// <inheritdoc/>
    public Task<string> RemovedAsync(string forge, long remoteId, Hearing heard, CancellationToken cancellationToken) => events.RemovedAsync(forge, remoteId, heard, cancellationToken);

    /// <inheritdoc/>
    public Task<string> UninstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken) => events.UninstalledAsync(forge, installation, heard, cancellationToken);

    /// <inheritdoc/>
    public Task<string> ReinstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken) => events.ReinstalledAsync(forge, installation, heard, cancellationToken);

    private async Task NoteAsync(RemoteRepository told, IEnumerable<(string Ref, string? Object)> refs, CancellationToken cancellationToken)
    {
        if (await repositories.FindRepositoryAsync(told.Forge, told.RemoteId, cancellationToken) is { } known)
        {
            var noted = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach (var (name, @object) in refs)
            {
                noted[name] = @object;
            }

            await heads.NoteHeadsAsync(known.Project, noted, lookedAt: null, cancellationToken);
            await watch.LookFirstAsync(known, cancellationToken);
        }
    }
}
