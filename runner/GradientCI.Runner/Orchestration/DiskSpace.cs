using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Orchestration;

/// <summary>Keeps work from starting, and from being lost, while the disk is full; it goes on by itself when there is room.</summary>
public static class DiskSpace
{
    /// <summary>Whether a failure was for want of space, of the disk or of a quota.</summary>
    internal static bool IsFull(Exception problem) =>
        problem.HResult is ErrorNumber.NoSpace or ErrorNumber.QuotaExceeded || (problem.InnerException is { } inner && IsFull(inner));

    /// <summary>Waits until the data folder's disk has the reserve again, or nobody needs it.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to wait any more.</exception>
    internal static async Task AwaitReserveAsync(Workbench bench, Func<Task<bool>> isNeededAsync, CancellationToken cancellationToken)
    {
        var told = false;
        while (Sentence(bench) is { } sentence && await isNeededAsync())
        {
            // What trials left in their workspaces would go when the next one starts, and none does.
            if (bench.Workspaces is { } workspaces && await workspaces.TrimAsync(keep: 0, cancellationToken) > 0)
            {
                continue;
            }

            if (!told)
            {
                bench.Observer.Waits(sentence);
                told = true;
            }

            await Task.Delay(bench.Options.SpaceInterval, bench.Time, cancellationToken);
        }
    }

    /// <summary>Does something that needs space, again and again until there is some.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to wait any more.</exception>
    internal static async Task PersistAsync(Func<Task> work, Workbench bench, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception problem) when (IsFull(problem))
            {
                bench.Observer.Waits($"The disk of {bench.Data.Root} is full; what it keeps from being written waits.");
                await Task.Delay(bench.Options.SpaceInterval, bench.Time, cancellationToken);
            }
        }
    }

    /// <summary>For a store whose write found the disk full: says so, and waits a while.</summary>
    /// <param name="bench">Who is told, and the clock.</param>
    /// <param name="enough">Cancelled when nobody wants to wait any more; the write then fails.</param>
    public static Func<GradientException, CancellationToken, Task> WaitBefore(Workbench bench, CancellationToken enough) => async (problem, cancellationToken) =>
    {
        if (enough.IsCancellationRequested)
        {
            throw problem;
        }

        bench.Observer.Waits(problem.Message);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough, cancellationToken);
        await Task.Delay(bench.Options.SpaceInterval, bench.Time, either.Token)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    };

    /// <summary>The same for a worker, whose trials live on when it leaves.</summary>
    /// <param name="bench">Who is told, and the clock.</param>
    /// <param name="leaving">Cancelled when the worker leaves; the write is then given up as cancelled, which stops no trial.</param>
    public static Func<GradientException, CancellationToken, Task> WaitUnlessLeaving(Workbench bench, CancellationToken leaving) => async (problem, cancellationToken) =>
    {
        bench.Observer.Waits(problem.Message);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(leaving, cancellationToken);
        await Task.Delay(bench.Options.SpaceInterval, bench.Time, either.Token);
    };

    private static string? Sentence(Workbench bench) =>
        new DiskReserve(bench.Data.Root, bench.Options).Shortage() is { } shortage ? $"{shortage}: no trial starts until there is room." : null;
}
