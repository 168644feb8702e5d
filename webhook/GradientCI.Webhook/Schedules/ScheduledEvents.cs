using System.Collections.Immutable;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Schedules;

/// <summary>Sets schedules anew when something happened that may change them, once everything else that follows from it is recorded.</summary>
/// <param name="events">Records what follows.</param>
/// <param name="repositories">Tells the default branch.</param>
/// <param name="schedules">Set.</param>
public sealed class ScheduledEvents(IForgeEvents events, IForgeStore repositories, ProjectSchedules schedules) : IForgeEvents
{
    /// <inheritdoc/>
    public async Task<string> PushAsync(RemoteRepository repository, ImmutableArray<RefUpdate> updates, Hearing heard, CancellationToken cancellationToken)
    {
        var answer = await events.PushAsync(repository, updates, heard, cancellationToken);
        if (await FindAsync(repository, cancellationToken) is { } known && updates.Any(update => update.Kind == RefKind.Branch && (known.DefaultBranch.Length == 0 || update.Name == known.DefaultBranch)))
        {
            await schedules.TrySetAsync(known.Project, cancellationToken);
        }

        return answer;
    }

    /// <inheritdoc/>
    public Task<string> PullRequestAsync(RemoteRepository repository, PullRequest pullRequest, Hearing heard, CancellationToken cancellationToken) =>
        events.PullRequestAsync(repository, pullRequest, heard, cancellationToken);

    /// <inheritdoc/>
    public async Task<string> RepositoryAsync(RemoteRepository repository, Hearing heard, CancellationToken cancellationToken)
    {
        var answer = await events.RepositoryAsync(repository, heard, cancellationToken);
        if (await FindAsync(repository, cancellationToken) is { } known)
        {
            await schedules.TrySetAsync(known.Project, cancellationToken);
        }

        return answer;
    }

    /// <inheritdoc/>
    public async Task<string> RemovedAsync(string forge, long remoteId, Hearing heard, CancellationToken cancellationToken)
    {
        var answer = await events.RemovedAsync(forge, remoteId, heard, cancellationToken);
        if (await repositories.FindRepositoryAsync(forge, remoteId, cancellationToken) is { } known)
        {
            await schedules.TrySetAsync(known.Project, cancellationToken);
        }

        return answer;
    }

    /// <inheritdoc/>
    public async Task<string> UninstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken)
    {
        var answer = await events.UninstalledAsync(forge, installation, heard, cancellationToken);
        await schedules.SetAllAsync(cancellationToken);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<string> ReinstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken)
    {
        var answer = await events.ReinstalledAsync(forge, installation, heard, cancellationToken);
        await schedules.SetAllAsync(cancellationToken);
        return answer;
    }

    private Task<ForgeRepository?> FindAsync(RemoteRepository told, CancellationToken cancellationToken) =>
        repositories.FindRepositoryAsync(told.Forge, told.RemoteId, cancellationToken);
}
