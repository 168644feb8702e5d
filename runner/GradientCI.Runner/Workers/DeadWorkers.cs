using GradientCI.Experiments;
using GradientCI.Runner.Linux;
using GradientCI.Stores;

namespace GradientCI.Runner.Workers;

/// <summary>Ends the leases of workers that died on this machine, and clears their lock files away.</summary>
/// <remarks>
/// Whoever does it may be killed at any step, so a file without a lease is cleared away as well: it is either that of a
/// grave half dug, or that of a worker that died before it got its lease. One that is about to get it holds its lock.
/// </remarks>
internal sealed class DeadWorkers(DataFolder data, IWorkQueue queue, Worker me)
{
    /// <summary>Buries those that there are now.</summary>
    public async Task BuryAsync(CancellationToken cancellationToken)
    {
        // The files first: a lease that begins after they were listed has its lock already.
        var (others, expired) = (new HashSet<WorkerId>(), new HashSet<WorkerId>());
        foreach (var path in Directory.EnumerateFiles(data.WorkerLocks, "*.lock"))
        {
            others.Add(new WorkerId(Path.GetFileNameWithoutExtension(path)));
        }

        foreach (var (worker, isAlive) in await queue.ListWorkersAsync(cancellationToken))
        {
            if (worker.Host == me.Host)
            {
                others.Add(worker.Id);
                if (!isAlive)
                {
                    expired.Add(worker.Id);
                }
            }
        }

        others.Remove(me.Id);
        foreach (var other in others)
        {
            var path = data.WorkerLock(other);
            using var proof = ProofOfDeath(path);
            if (proof is not null || (expired.Contains(other) && !File.Exists(path)))
            {
                await queue.EndLeaseAsync(other, cancellationToken);
                File.Delete(path);
            }
        }
    }

    private static FileStream? ProofOfDeath(string path)
    {
        try
        {
            return FileLock.TryTakeExisting(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Gone, another user's file, or no descriptor left: then its lease tells, later.
            return null;
        }
    }
}
