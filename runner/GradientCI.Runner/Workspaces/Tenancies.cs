using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>The files that say which workspace is an attempt's; an empty one says that none is any more.</summary>
/// <remarks>
/// They are emptied, not deleted: ext4 gives no inode away for minutes after it was freed, and looks through all that were
/// whenever a file is made. A file deleted per trial made each trial dearer than the one before.
/// </remarks>
internal static class Tenancies
{
    /// <summary>Writes one, in a single write: whoever reads it finds nothing or all of it.</summary>
    /// <exception cref="GradientException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, string workspace)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, PathText.Encode(workspace));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"{path} cannot be written: {cause.Message.TrimEnd('.')}.", "Make room on the disk, and check the folder and its permissions.", cause);
        }
    }

    /// <summary>The workspace's path, or null when the attempt has none.</summary>
    public static string? Read(string path)
    {
        Span<byte> buffer = stackalloc byte[4096];
        var length = ProcFile.Read(path, buffer);
        return length <= 0 ? null : PathText.Decode(buffer[..length]);
    }

    /// <summary>Ends one; where it, or its folder, is gone there is nothing to do.</summary>
    public static void End(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.SetLength(file, 0);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return;
        }
    }
}
