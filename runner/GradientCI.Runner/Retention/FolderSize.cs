using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Retention;

/// <summary>How many bytes of files a tree of strangers holds; links are not followed.</summary>
internal static class FolderSize
{
    private const int MaxDepth = 40;

    /// <summary>Measures; what cannot be looked into counts as nothing.</summary>
    public static long Of(string path)
    {
        try
        {
            using var parent = FileCalls.OpenFolder(Path.GetDirectoryName(path)!);
            return Of(parent, Path.GetFileName(path), 0);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static long Of(SafeFileHandle parent, string name, int depth)
    {
        try
        {
            if (FileCalls.Stat(parent, name) is not { IsFolder: true })
            {
                return FileCalls.Stat(parent, name)?.Size ?? 0;
            }

            using var folder = FileCalls.OpenFolder(parent, name);
            return depth == MaxDepth ? 0 : FileCalls.List(folder).Sum(child => Of(folder, child, depth + 1));
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
