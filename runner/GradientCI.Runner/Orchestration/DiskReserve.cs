using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Orchestration;

/// <summary>What is kept free of a disk. Below it no trial starts, and nothing is copied for those who only read.</summary>
/// <param name="Folder">A folder of the disk, which is there.</param>
/// <param name="Options">How much it is.</param>
public sealed record DiskReserve(string Folder, OrchestrationOptions Options)
{
    /// <summary>Says that it is touched, as a sentence without its end; null when it is there.</summary>
    /// <exception cref="IOException">The file system says nothing about itself.</exception>
    public string? Shortage()
    {
        var free = FreeSpace.Read(Folder);
        var (bytes, files) = (Options.ReservedBytes, Options.ReservedFiles);
        return free.Bytes < bytes ? $"The disk of {Folder} has {free.Bytes >> 20} MiB left, and {bytes >> 20} MiB are kept in reserve"
            : free.Files < files ? $"The disk of {Folder} has room for {free.Files} more files (inodes), and {files} are kept in reserve"
            : null;
    }
}
