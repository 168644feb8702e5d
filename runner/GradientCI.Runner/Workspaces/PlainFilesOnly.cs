using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>Takes out of a folder what is neither a file nor a folder: links that lead elsewhere, pipes that wait, sockets, devices.</summary>
internal static class PlainFilesOnly
{
    // Every level holds a folder open. What lies deeper is listed by nobody either.
    private const int MaxDepth = 40;

    /// <summary>Removes them; what a link leads to stays.</summary>
    /// <param name="path">The folder of a trial that has ended.</param>
    /// <returns>How many were removed.</returns>
    public static int Enforce(string path)
    {
        using var parent = FileCalls.OpenFolder(Path.GetDirectoryName(path)!);
        using var folder = FolderRemoval.Open(parent, Path.GetFileName(path));
        return Enforce(folder, MaxDepth);
    }

    private static int Enforce(SafeFileHandle folder, int depth)
    {
        var removed = 0;
        foreach (var name in FileCalls.List(folder))
        {
            try
            {
                removed += Enforce(folder, name, depth);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // It stays, and is neither listed nor followed.
            }
        }

        return removed;
    }

    private static int Enforce(SafeFileHandle folder, string name, int depth)
    {
        if (FileCalls.Stat(folder, name) is not { IsPlainFile: false } stamp || (stamp.IsFolder && depth == 0))
        {
            return 0;
        }

        if (stamp.IsFolder)
        {
            using var below = FolderRemoval.Open(folder, name);
            return Enforce(below, depth - 1);
        }

        FileCalls.RemoveFile(folder, name);
        return 1;
    }
}
