using System.IO.Enumeration;

namespace GradientCI.Runner.Orchestration;

/// <summary>Keeps trials from starting while the files that a project's trials share are more than the operator allows.</summary>
/// <remarks>
/// The files are counted before a trial starts, at most once in half a minute for all trials, and for a few seconds at most:
/// what lies beyond that counts as nothing. A running trial is not stopped, so the bound may be passed by what it writes.
/// </remarks>
/// <param name="folder">The project's folder; it need not be there.</param>
/// <param name="bytes">The most bytes.</param>
/// <param name="time">The clock.</param>
public sealed class StorageQuota(string folder, long bytes, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        MaxRecursionDepth = 64,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private readonly Lock _gate = new();
    private Task<bool>? _look;
    private long _lookedAt;

    /// <summary>Waits until there is room.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to wait any more.</exception>
    internal async Task AwaitRoomAsync(Workbench bench, CancellationToken cancellationToken)
    {
        for (var told = false; await IsExceededAsync(); told = true)
        {
            if (!told)
            {
                bench.Observer.Waits(
                    $"What the project's trials share in {folder} is more than the {bytes >> 20} MiB of its quota: no trial starts until there is less.");
            }

            await Task.Delay(Interval, bench.Time, cancellationToken);
        }
    }

    private Task<bool> IsExceededAsync()
    {
        lock (_gate)
        {
            if (_look is null || (_look.IsCompleted && time.GetElapsedTime(_lookedAt) >= Interval))
            {
                _lookedAt = time.GetTimestamp();
                _look = Task.Run(Look);
            }

            return _look;
        }
    }

    private bool Look()
    {
        if (!Directory.Exists(folder))
        {
            return false;
        }

        var (begun, sum) = (time.GetTimestamp(), 0L);
        foreach (var length in new FileSystemEnumerable<long>(folder, (ref FileSystemEntry entry) => entry.IsDirectory ? 0 : entry.Length, Everything))
        {
            sum += length;
            if (sum > bytes || time.GetElapsedTime(begun) > Patience)
            {
                break;
            }
        }

        return sum > bytes;
    }
}
