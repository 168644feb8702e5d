using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>Gives files that a trial left second names, so that the first may go and nothing is lost.</summary>
/// <remarks>
/// Hard links, which cost nothing however large a model is; copies where the file system refuses links. Only plain files
/// get one: symbolic links, pipes, sockets and devices are left out, and no link is followed on the way. Each name appears
/// whole, so what was interrupted is simply done again, by several at once if need be.
/// </remarks>
internal static class SecondNames
{
    private const int MaxFiles = 100_000;

    // Every level holds two folders open.
    private const int MaxDepth = 40;

    /// <summary>Gives one file a second name.</summary>
    /// <exception cref="IOException">It is gone, or no plain file; or there is no space or permission.</exception>
    public static void OfFile(string path, string newPath)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(newPath)!);
        using var from = FileCalls.OpenFolder(Path.GetDirectoryName(path)!);
        using var to = FileCalls.OpenFolder(Path.GetDirectoryName(newPath)!);
        if (FileCalls.Stat(from, Path.GetFileName(path)) is not { IsPlainFile: true } stamp)
        {
            throw new IOException($"{path} is no plain file.");
        }

        Put(from, Path.GetFileName(path), stamp, to, Path.GetFileName(newPath));
    }

    /// <summary>Gives all plain files below a folder second names below another, which is made.</summary>
    /// <exception cref="IOException">It is gone, too large or too deep; or there is no space or permission.</exception>
    public static void OfFolder(string path, string newPath)
    {
        Directory.CreateDirectory(newPath);
        using var parent = FileCalls.OpenFolder(Path.GetDirectoryName(path)!);
        using var from = FileCalls.OpenFolder(parent, Path.GetFileName(path));
        using var to = FileCalls.OpenFolder(newPath);
        var left = MaxFiles;
        Put(from, to, MaxDepth, ref left);
    }

    private static void Put(SafeFileHandle from, SafeFileHandle to, int depth, ref int left)
    {
        foreach (var name in FileCalls.List(from))
        {
            if (left-- == 0 || depth == 0)
            {
                throw new IOException($"There are more than {MaxFiles} files, or folders deeper than {MaxDepth}.");
            }

            var stamp = FileCalls.Stat(from, name);
            if (stamp is { IsPlainFile: true })
            {
                Put(from, name, stamp.Value, to, name);
            }
            else if (stamp is { IsFolder: true })
            {
                MakeFolder(to, name);
                using var below = FileCalls.OpenFolder(from, name);
                using var copy = FileCalls.OpenFolder(to, name);
                Put(below, copy, depth - 1, ref left);
            }
        }
    }

    private static void Put(SafeFileHandle from, string name, FileStamp stamp, SafeFileHandle to, string newName)
    {
        if (!FileCalls.TryLink(from, name, to, newName))
        {
            Copy(from, name, stamp, to, newName);
        }
    }

    private static void Copy(SafeFileHandle from, string name, FileStamp stamp, SafeFileHandle to, string newName)
    {
        var draft = $".gradientci-{Guid.NewGuid():N}";
        try
        {
            using var source = new FileStream(FileCalls.OpenFile(from, name), FileAccess.Read);
            using (var target = new FileStream(FileCalls.CreateFile(to, draft, stamp.Permissions), FileAccess.Write))
            {
                source.CopyTo(target);
            }

            FileCalls.Move(to, draft, to, newName);
        }
        catch
        {
            if (FileCalls.Stat(to, draft) is not null)
            {
                FileCalls.RemoveFile(to, draft);
            }

            throw;
        }
    }

    private static void MakeFolder(SafeFileHandle parent, string name)
    {
        try
        {
            FileCalls.MakeFolder(parent, name);
        }
        catch (IOException problem) when (problem.HResult == ErrorNumber.Exists)
        {
            // By an earlier try, or by another process at this moment.
        }
    }
}
