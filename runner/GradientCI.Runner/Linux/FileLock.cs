namespace GradientCI.Runner.Linux;

/// <summary>A file that one owner at a time has open; the kernel lets go of it when the owner's process dies.</summary>
public static class FileLock
{
    /// <summary>Opens the file, made when it is not there, and locks it until it is disposed; null when another owner has it.</summary>
    /// <exception cref="IOException">It cannot be opened, for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written, or is a folder.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when (exception.HResult == ErrorNumber.TryAgain)
        {
            return null;
        }
    }
}
