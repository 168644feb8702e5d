using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>Refuses work that a full disk would spoil.</summary>
internal static class DiskSpace
{
    private const int NoSpace = 28;

    /// <summary>Whether a failure was for want of space (ENOSPC).</summary>
    public static bool IsFull(Exception problem) => (problem.HResult & 0xFFFF) == NoSpace;

    /// <summary>Demands free space where the data folder is, for a trial of a run.</summary>
    /// <exception cref="GradientException">There is less.</exception>
    public static void Require(string folder, long bytes, RunId run)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new GradientException(
                FailureKind.Environment,
                $"The disk of {folder} has {free >> 20} MiB left, and {bytes >> 20} MiB are kept in reserve.",
                $"Free some space, then continue with: gradientci retry {run}");
        }
    }
}
