using GradientCI.Experiments;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Orchestration;

/// <summary>Held by the one process that drives a run; the kernel lets go of it when the process dies.</summary>
public static class DriverLock
{
    /// <summary>Takes the lock.</summary>
    /// <exception cref="GradientException">Another process drives the run.</exception>
    public static IDisposable Take(DataFolder data, RunId run) => TryTake(data, run) ?? throw new GradientException(
        FailureKind.Usage, $"{run} is being driven by another process.", $"Watch it with: gradientci show {run}");

    /// <summary>Takes the lock, or returns null when another process drives the run.</summary>
    /// <exception cref="IOException">The data folder cannot be written.</exception>
    public static IDisposable? TryTake(DataFolder data, RunId run)
    {
        var path = data.DriverLock(run);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return FileLock.TryTake(path);
    }

    /// <summary>Whether the record says that a run is running and no process drives it.</summary>
    public static bool IsInterrupted(DataFolder data, Run run)
    {
        if (run.State != RunState.Running)
        {
            return false;
        }

        using var taken = TryTake(data, run.Id);
        return taken is not null;
    }
}
