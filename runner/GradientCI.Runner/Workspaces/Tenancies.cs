using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>The files that say which workspace is an attempt's.</summary>
internal static class Tenancies
{
    /// <summary>Writes one so that it is never seen half written.</summary>
    /// <exception cref="GradientException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, string workspace)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path + ".new", PathText.Encode(workspace));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"{path} cannot be written: {cause.Message.TrimEnd('.')}.", "Make room on the disk, and check the folder and its permissions.", cause);
        }
    }

    /// <summary>The workspace's path, or null when there is no such file.</summary>
    public static string? Read(string path)
    {
        Span<byte> buffer = stackalloc byte[4096];
        var length = ProcFile.Read(path, buffer);
        return length <= 0 ? null : PathText.Decode(buffer[..length]);
    }

    /// <summary>Deletes one; where it, or its folder, is gone already there is nothing to do.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
    }
}
