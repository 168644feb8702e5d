using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>
/// Takes out of a folder what is neither a file nor a folder: links that lead elsewhere, pipes that wait, sockets, devices; and the files
/// that are too many, too large, or too deep.
/// </summary>
/// <param name="room">What the files may have.</param>
internal sealed class PlainFilesOnly(KeptRoom room)
{
    // Every level holds a folder open. What lies deeper is listed by nobody.
    private const int MaxDepth = 40;

    /// <summary>How many links, pipes, sockets and devices were removed.</summary>
    public int Refused { get; private set; }

    /// <summary>How many files, and folders with all that is in them, were removed for want of room.</summary>
    public int Beyond { get; private set; }

    /// <summary>Removes them; what a link leads to stays.</summary>
    /// <param name="path">The folder of a trial that has ended.</param>
    public void Enforce(string path)
    {
        using var parent = FileCalls.OpenFolder(Path.GetDirectoryName(path)!);
        using var folder = FolderRemoval.Open(parent, Path.GetFileName(path));
        Enforce(folder, MaxDepth);
    }

    private void Enforce(SafeFileHandle folder, int depth)
    {
        foreach (var name in FileCalls.List(folder))
        {
            try
            {
                Enforce(folder, name, depth);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // It stays, and is neither listed nor followed.
            }
        }
    }

    private void Enforce(SafeFileHandle folder, string name, int depth)
    {
        switch (FileCalls.Stat(folder, name))
        {
            case { IsFolder: true } when depth == 0:
                FolderRemoval.Remove(folder, name);
                Beyond++;
                break;
            case { IsFolder: true }:
                using (var below = FolderRemoval.Open(folder, name))
                {
                    Enforce(below, depth - 1);
                }

                break;
            case { IsPlainFile: true } stamp when !room.TryTake(stamp.Size):
                FileCalls.RemoveFile(folder, name);
                Beyond++;
                break;
            case { IsPlainFile: false }:
                FileCalls.RemoveFile(folder, name);
                Refused++;
                break;
        }
    }
}
