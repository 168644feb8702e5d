using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Intake;

/// <summary>Notes which pushes begin and end, by their branches, and holds up those that have a gate.</summary>
internal sealed class GatedEvents : IForgeEvents
{
    private readonly Channel<string> _begun = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _ended = Channel.CreateUnbounded<string>();

    /// <summary>What keeps a push from ending.</summary>
    public ConcurrentDictionary<string, Task> Gates { get; } = [];

    /// <summary>What began, in order.</summary>
    public ChannelReader<string> Begun => _begun.Reader;

    /// <summary>What ended, in order.</summary>
    public ChannelReader<string> Ended => _ended.Reader;

    public Task<string> PushAsync(RemoteRepository repository, ImmutableArray<RefUpdate> updates, Hearing heard, CancellationToken cancellationToken) =>
        TellAsync(updates[0].Name, cancellationToken);

    public Task<string> PullRequestAsync(RemoteRepository repository, PullRequest pullRequest, Hearing heard, CancellationToken cancellationToken) =>
        TellAsync($"#{pullRequest.Number}", cancellationToken);

    public Task<string> RepositoryAsync(RemoteRepository repository, Hearing heard, CancellationToken cancellationToken) =>
        TellAsync(repository.Name, cancellationToken);

    public Task<string> RemovedAsync(string forge, long remoteId, Hearing heard, CancellationToken cancellationToken) => TellAsync("removed", cancellationToken);

    public Task<string> UninstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken) =>
        TellAsync("uninstalled", cancellationToken);

    public Task<string> ReinstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken) =>
        TellAsync("reinstalled", cancellationToken);

    private async Task<string> TellAsync(string what, CancellationToken cancellationToken)
    {
        _begun.Writer.TryWrite(what);
        if (Gates.TryGetValue(what, out var gate))
        {
            await gate.WaitAsync(cancellationToken);
        }

        _ended.Writer.TryWrite(what);
        return "Noted.";
    }
}
