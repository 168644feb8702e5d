namespace GradientCI.Runner.Executors.Processes;

/// <summary>The time that is left to an attempt: for ever, until it is told otherwise, and then only ever less.</summary>
internal sealed class GracePeriod(TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private DateTimeOffset _end = DateTimeOffset.MaxValue;

    /// <summary>Ends with it.</summary>
    public Task Over => _over.Task;

    /// <summary>Ends it so long from now, unless it ends sooner anyway.</summary>
    public void Shorten(TimeSpan left)
    {
        lock (_lock)
        {
            var end = time.GetUtcNow() + left;
            if (end < _end)
            {
                _end = end;
                _timer ??= time.CreateTimer(_ => _over.TrySetResult(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(left, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
        }
    }
}
