using System.Collections.Immutable;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Cli.Services;

/// <summary>Stands in until events start runs.</summary>
internal sealed class UnwiredEvents : IForgeEvents
{
    private static readonly Task<string> Answer = Task.FromResult("Nothing is wired to events yet.");

    public Task<string> PushAsync(RemoteRepository repository, ImmutableArray<RefUpdate> updates, CancellationToken cancellationToken) => Answer;

    public Task<string> PullRequestAsync(RemoteRepository repository, RemotePullRequest pullRequest, CancellationToken cancellationToken) => Answer;

    public Task<string> RepositoryAsync(RemoteRepository repository, CancellationToken cancellationToken) => Answer;

    public Task<string> RemovedAsync(string forge, long remoteId, CancellationToken cancellationToken) => Answer;

    public Task<string> UninstalledAsync(string forge, long installation, CancellationToken cancellationToken) => Answer;
}
