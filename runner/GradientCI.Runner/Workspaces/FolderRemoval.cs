using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Workspaces;

/// <summary>Removes whatever a trial may have left: locked folders, odd names, sockets, trees of any depth.</summary>
internal static class FolderRemoval
{
    private const UnixFileMode Accessible = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Every level holds a folder open. Deeper ones are first moved up.
    private const int MaxDepth = 40;

    /// <summary>Removes a name from a folder, with everything below it.</summary>
    /// <param name="parent">The folder.</param>
    /// <param name="name">The name; a symbolic link is removed, not followed.</param>
    /// <returns>How many names were removed.</returns>
    public static int Remove(SafeFileHandle parent, string name)
    {
        var removed = 0;
        var lifted = 0;
        var waiting = new Queue<string>([name]);
        while (waiting.TryDequeue(out var next))
        {
            removed += Remove(parent, next, 0, (folder, deep) =>
            {
                string place;
                do
                {
                    place = $".gradientci-removing-{lifted++}";
                }
                while (FileCalls.Stat(parent, place) is not null);

                Open(folder, deep).Dispose();
                FileCalls.Move(folder, deep, parent, place);
                waiting.Enqueue(place);
            });
        }

        return removed;
    }

    /// <summary>Opens a folder, giving its owner the permissions for it first.</summary>
    public static SafeFileHandle Open(SafeFileHandle parent, string name)
    {
        if (FileCalls.Stat(parent, name) is { } stamp && (stamp.Permissions & Accessible) != Accessible)
        {
            using var handle = FileCalls.OpenFolderByPath(parent, name);
            FileCalls.SetModeByPath(handle, stamp.Permissions | Accessible);
        }

        return FileCalls.OpenFolder(parent, name);
    }

    private static int Remove(SafeFileHandle parent, string name, int depth, Action<SafeFileHandle, string> lift)
    {
        if (FileCalls.Stat(parent, name) is not { } stamp)
        {
            return 0;
        }

        if (!stamp.IsFolder)
        {
            FileCalls.RemoveFile(parent, name);
            return 1;
        }

        if (depth == MaxDepth)
        {
            lift(parent, name);
            return 0;
        }

        var removed = 1;
        using (var folder = Open(parent, name))
        {
            foreach (var child in FileCalls.List(folder))
            {
                removed += Remove(folder, child, depth + 1, lift);
            }
        }

        FileCalls.RemoveFolder(parent, name);
        return removed;
    }
}
