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
        var files = Directory.EnumerateFiles(data.WorkerLocks, "*.lock").Select(path => new WorkerId(Path.GetFileNameWithoutExtension(path))).ToList();
        var leases = (await queue.ListWorkersAsync(cancellationToken)).Where(each => each.Worker.Host == me.Host).ToDictionary(each => each.Worker.Id, each => each.IsAlive);
        foreach (var other in files.Union(leases.Keys).Where(other => other != me.Id))
        {
            var path = data.WorkerLock(other);
            using var proof = ProofOfDeath(path);
            if (proof is not null || (leases.TryGetValue(other, out var isAlive) && !isAlive && !File.Exists(path)))
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
