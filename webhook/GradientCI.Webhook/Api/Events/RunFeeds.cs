using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Api.Events;

/// <summary>The feeds of all runs that somebody looks at: one each, as long as somebody does.</summary>
/// <param name="store">The record.</param>
/// <param name="time">The beat of the looks at it.</param>
internal sealed class RunFeeds(IRunEventStore store, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RunId, Followed> _feeds = [];

    /// <summary>Joins those who look at a run.</summary>
    /// <returns>The feed, to be let go of.</returns>
    public Seat Join(RunId run)
    {
        lock (_lock)
        {
            if (!_feeds.TryGetValue(run, out var followed) || followed.Following.IsCompleted)
            {
                var (feed, end) = (new RunFeed(store, run, time), new CancellationTokenSource());
                _feeds[run] = followed = new Followed(feed, end, Task.Run(() => feed.FollowAsync(end.Token), CancellationToken.None));
            }

            followed.Watchers++;
            return new Seat(this, run, followed);
        }
    }

    private void Leave(RunId run, Followed followed)
    {
        lock (_lock)
        {
            if (--followed.Watchers > 0)
            {
                return;
            }

            if (_feeds.TryGetValue(run, out var present) && present == followed)
            {
                _feeds.Remove(run);
            }
        }

        // Not under the lock: what waits for it may go on at once.
        followed.End.Cancel();
        followed.End.Dispose();
    }

    /// <summary>Somebody's place at a feed.</summary>
    internal sealed class Seat(RunFeeds feeds, RunId run, Followed followed) : IDisposable
    {
        private int _hasLeft;

        public RunFeed Feed => followed.Feed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
            {
                feeds.Leave(run, followed);
            }
        }
    }

    /// <summary>A feed, and how many look at it.</summary>
    internal sealed class Followed(RunFeed feed, CancellationTokenSource end, Task following)
    {
        public RunFeed Feed => feed;

        public CancellationTokenSource End => end;

        public Task Following => following;

        public int Watchers { get; set; }
    }
}
