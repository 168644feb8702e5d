using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Linux;

/// <summary>Users and groups, by number: whose this process is, and whose files are.</summary>
internal static class FileOwner
{
    /// <summary>The user that this process runs as; 0 is root.</summary>
    public static uint OwnUser => FileCalls.EffectiveUser();

    /// <summary>The group that this process runs as.</summary>
    public static uint OwnGroup => FileCalls.EffectiveGroup();

    /// <summary>The user that a file or folder belongs to; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static uint? OfFile(string path)
    {
        using var parent = FileCalls.OpenFolder(Path.GetDirectoryName(path) ?? "/");
        return FileCalls.OwnerOf(parent, Path.GetFileName(path));
    }

    /// <summary>Gives a file or folder to a user and the group of the same number. Takes root.</summary>
    /// <exception cref="IOException">It cannot be given.</exception>
    public static void Give(string path, uint user)
    {
        using var parent = FileCalls.OpenFolder(Path.GetDirectoryName(path) ?? "/");
        Give(parent, Path.GetFileName(path), user);
    }

    /// <summary>Gives a folder and all that is in it; links are given, not what they lead to.</summary>
    /// <exception cref="IOException">Something cannot be given.</exception>
    public static void GiveAll(string folder, uint user)
    {
        Give(folder, user);
        using var open = FileCalls.OpenFolder(folder);
        GiveContent(open, user);
    }

    private static void GiveContent(SafeFileHandle folder, uint user)
    {
        foreach (var name in FileCalls.List(folder))
        {
            Give(folder, name, user);
            if (FileCalls.Stat(folder, name) is { IsFolder: true })
            {
                using var inner = FileCalls.OpenFolder(folder, name);
                GiveContent(inner, user);
            }
        }
    }

    // Whoever has it already keeps its time of change, by which workspaces tell whether a file was touched.
    private static void Give(SafeFileHandle folder, string name, uint user)
    {
        if (FileCalls.OwnerOf(folder, name) is { } owner && owner != user)
        {
            FileCalls.SetOwner(folder, name, user);
        }
    }
}
