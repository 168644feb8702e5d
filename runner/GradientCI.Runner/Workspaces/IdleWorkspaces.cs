using System.Globalization;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>Pooled workspaces, seen from outside of a pool.</summary>
internal static class IdleWorkspaces
{
    /// <summary>The folders of a pool's root, in use or not.</summary>
    public static IEnumerable<int> Numbers(string root) => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root)
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0)
            .Order()
        : [];

    /// <summary>Those that no process has locked at this moment.</summary>
    public static IEnumerable<int> Find(string root) => Numbers(root).Where(number => FileLock.IsTaken(Path.Combine(root, $"{number}.lock")) != true);
}
