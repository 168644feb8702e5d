using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>Held by the one process that drives a run; the kernel lets go of it when the process dies.</summary>
public static class DriverLock
{
    /// <summary>Takes the lock.</summary>
    /// <exception cref="GradientException">Another process drives the run.</exception>
    public static IDisposable Take(DataFolder data, RunId run) => TryTake(data, run) ?? throw new GradientException(
        FailureKind.Usage, $"{run} is being driven by another process.", $"Watch it with: gradientci show {run}");

    /// <summary>Takes the lock, or returns null when another process drives the run.</summary>
    public static IDisposable? TryTake(DataFolder data, RunId run)
    {
        var path = data.DriverLock(run);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
