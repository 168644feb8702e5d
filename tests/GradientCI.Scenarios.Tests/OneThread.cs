using System.Collections.Concurrent;

namespace GradientCI.Scenarios.Tests;

/// <summary>Runs what is awaited in it on one thread, so that the clock stands still while any of it runs.</summary>
/// <remarks>Only what goes on outside the thread, on the pool or in another process, can be surprised by a step of the clock.</remarks>
internal sealed class OneThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs a piece of work up to its first wait; the rest comes in <see cref="RunNext"/>.</summary>
    public T Start<T>(Func<T> work)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            return work();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs the next continuation.</summary>
    /// <param name="within">How long to wait for one, real time.</param>
    /// <returns>Whether there was one.</returns>
    public bool RunNext(TimeSpan within)
    {
        if (!_posted.TryTake(out var next, within))
        {
            return false;
        }

        Start<object?>(() =>
        {
            next.Callback(next.State);
            return null;
        });
        return true;
    }

    public void Dispose() => _posted.Dispose();
}
