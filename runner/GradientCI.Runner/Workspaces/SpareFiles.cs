using System.Collections.Immutable;

namespace GradientCI.Runner.Workspaces;

/// <summary>What nobody will read of the workspace of a trial that has ended.</summary>
internal static class SpareFiles
{
    /// <summary>Removes the files that no glob names: a disk that they fill has no room for the record of their trial. The commit's are written anew for the next.</summary>
    /// <param name="workspace">The folder; no process writes there any more.</param>
    /// <param name="kept">What somebody will read.</param>
    public static void Remove(string workspace, IEnumerable<string> kept)
    {
        var files = new WorkspaceFiles(workspace);
        var named = files.Find(kept.Select(glob => new WorkspaceGlob(glob))).ToImmutableHashSet(StringComparer.Ordinal);
        foreach (var path in files.Find([new WorkspaceGlob("**")]).Where(path => !named.Contains(path)))
        {
            try
            {
                File.Delete(Path.Join(workspace, path));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The trial took our rights away. Whoever gets the folder next removes it.
            }
        }
    }
}
