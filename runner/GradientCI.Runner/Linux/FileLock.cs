namespace GradientCI.Runner.Linux;

/// <summary>A file that one owner at a time has open; the kernel lets go of it when the owner's process dies.</summary>
public static class FileLock
{
    /// <summary>Opens the file, made when it is not there, and locks it until it is disposed; null when another owner has it.</summary>
    /// <exception cref="IOException">It cannot be opened, for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written, or is a folder.</exception>
    public static FileStream? TryTake(string path) =>
        TryOpen(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Locks a file that is there until it is disposed; null when another owner has it.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="IOException">It cannot be opened, for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written, or is a folder.</exception>
    public static FileStream? TryTakeExisting(string path) => TryOpen(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Locks the file together with others who share it; <c>flock -x</c> tells whether anybody does.</summary>
    /// <exception cref="IOException">It cannot be opened, or somebody has it alone.</exception>
    public static FileStream Share(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Whether an owner has it now; null when there is no such file.</summary>
    public static bool? IsTaken(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var probe = TryOpen(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return probe is null;
    }

    private static FileStream? TryOpen(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, mode, access, share, bufferSize: 0);
        }
        catch (IOException exception) when (exception.HResult == ErrorNumber.TryAgain)
        {
            return null;
        }
    }
}
