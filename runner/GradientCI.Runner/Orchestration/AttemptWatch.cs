using GradientCI.Experiments;
using GradientCI.Runner.Executors;

namespace GradientCI.Runner.Orchestration;

/// <summary>Sits beside a running attempt: reads on a beat, and stops it on request, at its time limit, as unpromising, or for what it has done.</summary>
internal sealed class AttemptWatch(IRunningAttempt running, Workbench bench, StopSignal stop) : IDisposable
{
    // A timer holds no more than 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _prune = new();
    private readonly CancellationTokenSource _fail = new();

    /// <summary>The time limit, or null for none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When it started, for one that was adopted; null for one that starts now.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Why we stopped it, or null when it ended by itself.</summary>
    public AttemptOutcome? Stopped { get; private set; }

    /// <summary>Why we stopped it as failed.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Stops it as unpromising; again changes nothing.</summary>
    public void Prune() => _prune.Cancel();

    /// <summary>Stops it as failed; to be called once.</summary>
    /// <param name="fault">Why, for people.</param>
    public void Fail(string fault)
    {
        Fault = fault;
        _fail.Cancel();
    }

    /// <summary>Returns when the attempt has ended.</summary>
    /// <param name="pump">Reads what is new; gets the use of the machine when it was sampled.</param>
    /// <param name="leaving">Cancelled when the attempt shall run on without us.</param>
    /// <exception cref="OperationCanceledException">We leave.</exception>
    public async Task RunAsync(Func<IReadOnlyList<KeyValuePair<string, double>>, Task> pump, CancellationToken leaving)
    {
        using var ended = new CancellationTokenSource();
        var stopping = StopWhenDueAsync(ended.Token);
        try
        {
            await PumpUntilEndAsync(pump, leaving);
        }
        finally
        {
            await ended.CancelAsync();
            await stopping;
        }
    }

    public void Dispose()
    {
        _prune.Dispose();
        _fail.Dispose();
    }

    private async Task PumpUntilEndAsync(Func<IReadOnlyList<KeyValuePair<string, double>>, Task> pump, CancellationToken leaving)
    {
        var time = bench.Time;
        var sampledAt = time.GetTimestamp();
        using var beat = new PeriodicTimer(bench.Options.PumpInterval, time);
        var tick = beat.WaitForNextTickAsync(leaving).AsTask();
        while (await Task.WhenAny(running.Completion, tick) == tick)
        {
            await tick;
            IReadOnlyList<KeyValuePair<string, double>> usage = [];
            if (time.GetElapsedTime(sampledAt) >= bench.Options.UsageInterval)
            {
                sampledAt = time.GetTimestamp();
                usage = running.SampleUsage();
            }

            await pump(usage);
            tick = beat.WaitForNextTickAsync(leaving).AsTask();
        }
    }

    // Waits for whichever comes first: the end, the time limit, or a reason to stop; then climbs the ladder.
    private async Task StopWhenDueAsync(CancellationToken ended)
    {
        using var due = CancellationTokenSource.CreateLinkedTokenSource(ended, stop.Asked, _prune.Token, _fail.Token);
        var isTimeUp = await WaitAsync(due.Token);
        if (ended.IsCancellationRequested || running.Completion.IsCompleted)
        {
            return;
        }

        Stopped = isTimeUp ? AttemptOutcome.TimedOut
            : _prune.IsCancellationRequested ? AttemptOutcome.Pruned
            : _fail.IsCancellationRequested ? AttemptOutcome.Failed
            : AttemptOutcome.Cancelled;
        var asking = running.StopAsync(bench.Options.Grace, CancellationToken.None);
        await using var insisting = stop.Insisted.Register(() => _ = running.StopAsync(TimeSpan.Zero, CancellationToken.None));
        await asking;
    }

    private async Task<bool> WaitAsync(CancellationToken over)
    {
        var time = bench.Time;
        var spent = StartedAt is { } since ? time.GetUtcNow() - since : TimeSpan.Zero;
        var startedAt = time.GetTimestamp();
        while (!over.IsCancellationRequested)
        {
            var left = Timeout is { } limit ? limit - spent - time.GetElapsedTime(startedAt) : LongestWait;
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            var waited = Task.Delay(left < LongestWait ? left : LongestWait, time, over);
            await waited.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return false;
    }
}
