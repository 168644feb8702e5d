using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Executors.Slots;

/// <summary>Which GPUs this process hands out, among all processes on one data folder.</summary>
/// <remarks>
/// A lock file per GPU, held while a trial of ours owns any part of it; the kernel lets go of it when we die. Processes
/// on different data folders do not see each other.
/// </remarks>
/// <param name="folder">Where the lock files are; made when it is first needed.</param>
public sealed class GpuClaims(string folder)
{
    private readonly Dictionary<int, FileStream> _held = [];

    /// <summary>Claims a GPU, or keeps the claim on it.</summary>
    /// <returns>Whether it is ours; false while another process has it.</returns>
    internal bool TryClaim(int index)
    {
        if (_held.ContainsKey(index))
        {
            return true;
        }

        if (Take(index) is not { } claim)
        {
            return false;
        }

        _held[index] = claim;
        return true;
    }

    private FileStream? Take(int index)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return FileLock.TryTake(Path.Combine(folder, $"gpu-{index}.lock"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A file of another user, or no descriptor left: not ours now, and it is asked again soon.
            return null;
        }
    }

    /// <summary>Lets go of a GPU.</summary>
    internal void Release(int index)
    {
        if (_held.Remove(index, out var file))
        {
            file.Dispose();
        }
    }
}
