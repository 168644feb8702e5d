using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>Looks beside a running attempt at what it has written, and tells when that is so much that the disk is in danger.</summary>
/// <remarks>
/// What is kept is bounded when an attempt has ended, and a trial may have more until then; one that writes without end would fill the
/// disk for all. Looking takes a hundredth of the time at most: what takes long to count is counted less often.
/// </remarks>
internal sealed class RunawayWatch : IAsyncDisposable
{
    // What is beyond the bound is removed at the end, and that harms nobody. So it takes more to end a trial.
    private const int Times = StorageQuota.Most;
    private const int Share = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Run _run;
    private readonly TrialId _trial;
    private readonly Workbench _bench;
    private readonly Action<string> _tell;
    private readonly PeriodicTimer _beat;
    private readonly Task _watching;

    /// <summary>Begins to watch.</summary>
    /// <param name="run">The run.</param>
    /// <param name="trial">The trial whose attempt it is.</param>
    /// <param name="bench">Where it writes, and the bounds.</param>
    /// <param name="tell">Gets the reason to end it, once.</param>
    public RunawayWatch(Run run, TrialId trial, Workbench bench, Action<string> tell)
    {
        (_run, _trial, _bench, _tell) = (run, trial, bench, tell);
        _beat = new PeriodicTimer(Interval, bench.Time);
        _watching = WatchAsync();
    }

    /// <summary>Ends the watch.</summary>
    public async ValueTask DisposeAsync()
    {
        _beat.Dispose();
        await _watching;
    }

    private async Task WatchAsync()
    {
        var (time, lookedAt, rest) = (_bench.Time, 0L, TimeSpan.Zero);
        while (await _beat.WaitForNextTickAsync(CancellationToken.None))
        {
            if (time.GetElapsedTime(lookedAt) < rest)
            {
                continue;
            }

            lookedAt = time.GetTimestamp();
            if (await FindExcessAsync() is { } excess)
            {
                _tell(excess);
                return;
            }

            rest = time.GetElapsedTime(lookedAt) * Share;
        }
    }

    private async Task<string?> FindExcessAsync()
    {
        try
        {
            var (data, options) = (_bench.Data, _bench.Options);
            return Excess("GRADIENT_ARTIFACTS", data.Artifacts(_trial), options.Kept.Bytes * Times, $"more than twice the {options.Kept.Bytes >> 20} MiB that are kept of a trial")
                ?? Excess("GRADIENT_CHECKPOINT", data.Checkpoint(_trial), options.CheckpointBytes, $"more than {options.CheckpointBytes >> 20} MiB")
                ?? (_run.Spec.MayWriteStorage && _bench.Quota is { } quota && await quota.IsExceededAsync(Times)
                    ? "Ended: what the project's trials share in $GRADIENT_STORAGE is more than twice its quota, and this one may write there."
                    : null);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The trial moves its folders about, or took our rights away. The next look may have more luck.
            return null;
        }
    }

    private string? Excess(string variable, string folder, long bytes, string bound) =>
        FolderSize.Count(folder, bytes, _bench.Time) > bytes ? $"Ended: it had written {bound} to ${variable}." : null;
}
