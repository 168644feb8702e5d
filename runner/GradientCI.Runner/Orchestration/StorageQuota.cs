namespace GradientCI.Runner.Orchestration;

/// <summary>Keeps trials from starting while the files that a project's trials share are more than the operator allows.</summary>
/// <remarks>
/// The files are counted at most once in half a minute for all trials, and for a few seconds at most: what lies beyond that counts
/// as nothing. What trials that run write may pass the bound; far beyond it they are ended (<see cref="RunawayWatch"/>).
/// </remarks>
/// <param name="folder">The project's folder; it need not be there.</param>
/// <param name="bytes">The most bytes.</param>
/// <param name="time">The clock.</param>
public sealed class StorageQuota(string folder, long bytes, TimeProvider time)
{
    /// <summary>So many times the bound is told from more; it is counted no further.</summary>
    internal const int Most = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private Task<long>? _look;
    private long _lookedAt;

    /// <summary>Waits until there is room, or nobody needs it.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to wait any more.</exception>
    internal async Task AwaitRoomAsync(Workbench bench, Func<Task<bool>> isNeededAsync, CancellationToken cancellationToken)
    {
        for (var told = false; await IsExceededAsync(1) && await isNeededAsync(); told = true)
        {
            if (!told)
            {
                bench.Observer.Waits(
                    $"What the project's trials share in {folder} is more than the {bytes >> 20} MiB of its quota: no trial starts until there is less.");
            }

            await Task.Delay(Interval, bench.Time, cancellationToken);
        }
    }

    /// <summary>Whether there is more than so many times the bound.</summary>
    /// <param name="times">At most <see cref="Most"/>.</param>
    internal async Task<bool> IsExceededAsync(int times) => await CountAsync() > bytes * times;

    private Task<long> CountAsync()
    {
        lock (_gate)
        {
            if (_look is null || (_look.IsCompleted && time.GetElapsedTime(_lookedAt) >= Interval))
            {
                _lookedAt = time.GetTimestamp();
                _look = Task.Run(() => FolderSize.Count(folder, bytes * Most, time));
            }

            return _look;
        }
    }
}
