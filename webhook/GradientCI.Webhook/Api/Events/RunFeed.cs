using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Api.Events;

/// <summary>What is new of one run, read once for all who look on.</summary>
/// <remarks>
/// It keeps a window of the newest events. Whoever is behind it reads from the record until he has caught up; nobody has a queue
/// of his own, so whoever does not read costs nothing.
/// </remarks>
internal sealed class RunFeed(IRunEventStore store, RunId run, TimeProvider time)
{
    private const int PageEvents = 200;
    private const int WindowBytes = 1 << 20;
    private const int SliceBytes = 64 << 10;
    private const int MostAtFirst = 1_000;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    // Of all feeds together: many who come again at once are not many who read the record at once.
    private static readonly SemaphoreSlim CatchingUp = new(4);

    private readonly Lock _lock = new();
    private readonly Queue<FeedItem> _window = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunPosition _from;
    private RunPosition _until;
    private long _bytes;
    private bool _isOver;
    private bool _hasBegun;

    /// <summary>Ends when there is something new. Take it before reading, so that nothing is missed between.</summary>
    public Task News
    {
        get
        {
            lock (_lock)
            {
                return _news.Task;
            }
        }
    }

    /// <summary>Follows the record until it is told to stop, or the record cannot be read.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BeginAsync(cancellationToken);
            while (!cancellationToken.IsCancellationRequested)
            {
                var page = await ReadRecordAsync(_until, PageEvents, cancellationToken);
                Keep(page);
                if (page.Events.IsEmpty)
                {
                    await Task.Delay(Beat, time, cancellationToken);
                }
            }
        }
        catch (Exception problem)
        {
            // Whoever looks on is told, and comes again.
            lock (_lock)
            {
                _hasBegun = false;
                if (problem is OperationCanceledException)
                {
                    _news.TrySetCanceled(cancellationToken);
                }
                else
                {
                    _news.TrySetException(problem);
                    _ = _news.Task.Exception;
                }
            }
        }
    }

    /// <summary>What follows a position: from the window, or from the record for whoever is behind it.</summary>
    public async Task<FeedPage> ReadAsync(RunPosition after, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_hasBegun && after >= _from)
            {
                return Slice(after);
            }
        }

        await CatchingUp.WaitAsync(cancellationToken);
        try
        {
            var page = await ReadRecordAsync(after, PageEvents, cancellationToken);
            return new FeedPage([.. page.Events.Select(ToItem)], page.Until, page.IsOver);
        }
        finally
        {
            CatchingUp.Release();
        }
    }

    // No more than somebody who does not read may hold.
    private FeedPage Slice(RunPosition after)
    {
        var (items, bytes) = (new List<FeedItem>(), 0);
        foreach (var item in _window.SkipWhile(item => item.At <= after))
        {
            if (bytes > SliceBytes)
            {
                return new FeedPage(items, items[^1].At, IsOver: false);
            }

            items.Add(item);
            bytes += item.Text.Length;
        }

        return new FeedPage(items, after > _until ? after : _until, _isOver);
    }

    // Of a run with a long history only the end is kept: who wants all of it reads it once, by himself.
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var newest = (await ReadRecordAsync(new RunPosition(long.MaxValue), 1, cancellationToken)).Until.Number;
        lock (_lock)
        {
            _from = _until = new RunPosition(Math.Max(0, newest - MostAtFirst));
        }
    }

    private async Task<RunEventPage> ReadRecordAsync(RunPosition after, int limit, CancellationToken cancellationToken) =>
        await store.ReadEventsAsync(run, after, limit, cancellationToken)
        ?? throw new GradientException(FailureKind.Usage, $"{run} is gone: it was pruned.", "See what there is with: gradientci list");

    private void Keep(RunEventPage page)
    {
        lock (_lock)
        {
            var isNew = !_hasBegun || page.IsOver != _isOver || page.Until != _until;
            foreach (var item in page.Events.Select(ToItem))
            {
                _window.Enqueue(item);
                _bytes += item.Text.Length;
            }

            while (_bytes > WindowBytes && _window.TryDequeue(out var old))
            {
                _bytes -= old.Text.Length;
                _from = old.At;
            }

            (_until, _isOver, _hasBegun) = (page.Until, page.IsOver, true);
            if (isNew)
            {
                _news.TrySetResult();
                _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private FeedItem ToItem(RunEvent told) => new(told.At, EventText.Of(run, told));
}

/// <summary>An event, ready to be sent.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Text">Its name and data.</param>
internal sealed record FeedItem(RunPosition At, byte[] Text);

/// <summary>Some events of a feed.</summary>
/// <param name="Items">The events.</param>
/// <param name="Until">Ask for what follows this next time.</param>
/// <param name="IsOver">Whether nothing follows.</param>
internal sealed record FeedPage(IReadOnlyList<FeedItem> Items, RunPosition Until, bool IsOver);
