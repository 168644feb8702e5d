using System.Collections.Immutable;

namespace GradientCI.Webhook.Triggers;

/// <summary>Fetches of one mirror that many may wait for: one at a time, and all who come while one runs share the next.</summary>
/// <param name="fetchAsync">Fetches the branches, and tags by their full names.</param>
internal sealed class SharedFetch(Func<ImmutableArray<string>, Task> fetchAsync)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _tags = new(StringComparer.Ordinal);
    private Task _running = Task.CompletedTask;
    private Task? _next;

    /// <summary>Ends with a fetch that began after this was called. Whoever stops waiting for it does not end it for the others.</summary>
    /// <param name="tag">The full name of a tag that is to come, too, if there is one.</param>
    public Task JoinAsync(string tag)
    {
        lock (_lock)
        {
            _tags.Add(tag);
            return _next ??= Task.Run(() => FetchAfterAsync(_running));
        }
    }

    private async Task FetchAfterAsync(Task last)
    {
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ImmutableArray<string> tags;
        lock (_lock)
        {
            tags = [.. _tags];
            _tags.Clear();
            (_running, _next) = (_next!, null);
        }

        await fetchAsync(tags);
    }
}
