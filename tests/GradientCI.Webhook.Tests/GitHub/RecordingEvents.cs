using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Commands;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>Notes what it is told.</summary>
internal sealed class RecordingEvents : IForgeEvents, IForgeRequests
{
    public List<(RemoteRepository Repository, ImmutableArray<RefUpdate> Updates)> Pushes { get; } = [];

    public List<(RemoteRepository Repository, PullRequest PullRequest)> PullRequests { get; } = [];

    public List<RemoteRepository> Repositories { get; } = [];

    public List<(string Forge, long RemoteId)> Removed { get; } = [];

    public List<(string Forge, long Installation)> Uninstalled { get; } = [];

    public List<(string Forge, long Installation)> Reinstalled { get; } = [];

    public List<(RemoteRepository Repository, RemoteComment Comment)> Comments { get; } = [];

    public List<(RemoteRepository Repository, RemoteRerequest Asked)> Rerequests { get; } = [];

    /// <summary>What happens at each push, before it is noted.</summary>
    public Func<CancellationToken, Task> OnPush { get; set; } = _ => Task.CompletedTask;

    /// <summary>How often it was told anything.</summary>
    public int Count => Pushes.Count + PullRequests.Count + Repositories.Count + Removed.Count + Uninstalled.Count + Reinstalled.Count
        + Comments.Count + Rerequests.Count;

    public async Task<string> PushAsync(RemoteRepository repository, ImmutableArray<RefUpdate> updates, Hearing heard, CancellationToken cancellationToken)
    {
        await OnPush(cancellationToken);
        return Note(Pushes, (repository, updates));
    }

    public Task<string> PullRequestAsync(RemoteRepository repository, PullRequest pullRequest, Hearing heard, CancellationToken cancellationToken) =>
        Task.FromResult(Note(PullRequests, (repository, pullRequest)));

    public Task<string> RepositoryAsync(RemoteRepository repository, Hearing heard, CancellationToken cancellationToken) => Task.FromResult(Note(Repositories, repository));

    public Task<string> RemovedAsync(string forge, long remoteId, Hearing heard, CancellationToken cancellationToken) => Task.FromResult(Note(Removed, (forge, remoteId)));

    public Task<string> UninstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken) => Task.FromResult(Note(Uninstalled, (forge, installation)));

    public Task<string> ReinstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken) => Task.FromResult(Note(Reinstalled, (forge, installation)));

    public Task<string> CommentAsync(RemoteRepository repository, RemoteComment comment, Hearing heard, CancellationToken cancellationToken) => Task.FromResult(Note(Comments, (repository, comment)));

    public Task<string> RerequestAsync(RemoteRepository repository, RemoteRerequest asked, Hearing heard, CancellationToken cancellationToken) =>
        Task.FromResult(Note(Rerequests, (repository, asked)));

    private static string Note<T>(List<T> list, T item)
    {
        list.Add(item);
        return "Noted.";
    }
}
