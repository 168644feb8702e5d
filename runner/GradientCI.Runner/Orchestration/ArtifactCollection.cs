using System.Collections.Immutable;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Orchestration;

/// <summary>Keeps what the manifest's <c>artifacts</c> globs name, from the workspace, before it is cleaned.</summary>
internal static class ArtifactCollection
{
    private const int FileLimit = 10_000;
    private const long ByteLimit = 10L << 30;

    /// <summary>Copies regular files; symbolic links, pipes and devices are left out.</summary>
    /// <returns>Notices for people: what was left out.</returns>
    public static ImmutableArray<string> Collect(string workspace, ImmutableArray<string> globs, string target)
    {
        if (globs.IsEmpty)
        {
            return [];
        }

        var files = new WorkspaceFiles(workspace);
        var (kept, bytes, left) = (0, 0L, 0);
        foreach (var relative in files.Find(globs.Select(glob => new WorkspaceGlob(glob))))
        {
            using var source = files.Open(relative);
            if (source is null)
            {
                continue;
            }

            var length = RandomAccess.GetLength(source);
            if (kept >= FileLimit || bytes + length > ByteLimit)
            {
                left++;
                continue;
            }

            var copy = Path.Combine(target, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            using (var from = new FileStream(source, FileAccess.Read))
            using (var to = File.Create(copy))
            {
                from.CopyTo(to);
            }

            kept++;
            bytes += length;
        }

        var crowded = left == 0 ? "" : $"{left} artifacts were left out: at most {FileLimit} files and {ByteLimit >> 30} GiB are kept.";
        return [.. new[] { files.Notice ?? "", crowded }.Where(notice => notice.Length > 0)];
    }
}
