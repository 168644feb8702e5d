using System.Security.Cryptography;
using GradientCI.Experiments;
using GradientCI.Runner.Linux;
using GradientCI.Stores;

namespace GradientCI.Runner.Workers;

/// <summary>This process's life as a worker: a lease in the store that is kept up, and a lock that proves it.</summary>
/// <remarks>
/// The lease is what counts, for any machine. The lock file makes a death known at once on this one: the kernel lets go
/// of it when the process dies, and whoever can take it ends the dead worker's lease.
/// </remarks>
public sealed class WorkerLease : IAsyncDisposable
{
    /// <summary>How long a lease holds without being renewed: 30 s.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private const int BeatsPerRenewal = 5;
    private const int LockAttempts = 100;
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(20);

    private readonly DataFolder _data;
    private readonly IWorkQueue _queue;
    private readonly Worker _worker;
    private readonly DeadWorkers _dead;
    private readonly IDisposable _lock;
    private readonly IDisposable? _presence;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _keeping;

    private WorkerLease(DataFolder data, IWorkQueue queue, Worker worker, IDisposable taken, IDisposable? presence, TimeProvider time)
    {
        (_data, _queue, _worker, _lock, _presence) = (data, queue, worker, taken, presence);
        _dead = new DeadWorkers(data, queue, worker);
        _keeping = KeepAsync(time);
    }

    /// <summary>The worker.</summary>
    public WorkerId Id => _worker.Id;

    /// <summary>Why the lease could not be renewed the last time, or null when it could.</summary>
    public string? Problem { get; private set; }

    /// <summary>Begins a worker's life, and ends the leases of those who died here.</summary>
    /// <param name="data">The data folder that the work is shared through.</param>
    /// <param name="queue">The work.</param>
    /// <param name="takesAnyRun">Whether it drains the queue; false for a terminal that attends its own run.</param>
    /// <param name="time">Beats.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">The data folder cannot be written.</exception>
    public static async Task<WorkerLease> BeginAsync(
        DataFolder data, IWorkQueue queue, bool takesAnyRun, TimeProvider time, CancellationToken cancellationToken)
    {
        // The time first, so that workers sort by age; the rest keeps a life from ever being taken for another.
        var id = new WorkerId($"{time.GetUtcNow().ToUnixTimeMilliseconds():x12}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        var worker = new Worker(id, Environment.MachineName, Environment.ProcessId, takesAnyRun);
        var (taken, presence) = await TakeLocksAsync(data, worker, time, cancellationToken);
        await queue.RenewAsync(worker, Length, cancellationToken);
        var lease = new WorkerLease(data, queue, worker, taken, presence, time);
        await lease._dead.BuryAsync(cancellationToken);
        return lease;
    }

    /// <summary>Ends the lease; what the worker still owned may be taken over at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _keeping;
        try
        {
            await _queue.EndLeaseAsync(Id, CancellationToken.None);
            File.Delete(_data.WorkerLock(Id));
        }
        catch (GradientException)
        {
            // The database cannot be written. The file stays, and tells whoever can take it that we are gone.
        }

        _presence?.Dispose();
        _lock.Dispose();
        _ended.Dispose();
    }

    private static async Task<(IDisposable Taken, IDisposable? Presence)> TakeLocksAsync(
        DataFolder data, Worker worker, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var path = data.WorkerLock(worker.Id);
            Directory.CreateDirectory(data.WorkerLocks);
            var presence = worker.TakesAnyRun ? await ShareAsync(data.WorkersLock, time, cancellationToken) : null;
            return (await TakeAsync(path, time, cancellationToken), presence);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The data folder {data.Root} cannot be written: {problem.Message}", "Check its disk and permissions, or use another --data folder.", problem);
        }
    }

    // Between its making and its locking the file looks like a dead worker's, and another may clear it away.
    private static async Task<IDisposable> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var taken = FileLock.TryTake(path);
            if (taken is not null && File.Exists(path))
            {
                return taken;
            }

            taken?.Dispose();
            if (attempt == LockAttempts)
            {
                throw new IOException($"{path} is locked.");
            }

            await Task.Delay(LockInterval, time, cancellationToken);
        }
    }

    // Whoever asks whether there is a worker has the lock alone for the blink of an eye.
    private static async Task<IDisposable> ShareAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return FileLock.Share(path);
            }
            catch (IOException problem) when (problem.HResult == ErrorNumber.TryAgain && attempt < LockAttempts)
            {
                await Task.Delay(LockInterval, time, cancellationToken);
            }
        }
    }

    private async Task KeepAsync(TimeProvider time)
    {
        // Its end is the timer's end: a wait that is cancelled makes a stack trace, with the files and lines of each frame.
        using var beat = new PeriodicTimer(Beat, time);
        await using var over = _ended.Token.Register(beat.Dispose);
        try
        {
            for (var beats = 1; await beat.WaitForNextTickAsync(CancellationToken.None); beats++)
            {
                try
                {
                    if (beats % BeatsPerRenewal == 0)
                    {
                        await _queue.RenewAsync(_worker, Length, _ended.Token);
                    }

                    await _dead.BuryAsync(_ended.Token);
                    Problem = null;
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    // Tried again at the next beat; if it stays so, the lease ends and others may take over, as they should.
                    Problem = problem.Message;
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The worker leaves.
        }
    }
}
