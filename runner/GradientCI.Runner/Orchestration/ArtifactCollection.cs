using System.Collections.Immutable;
using GradientCI.Runner.Workspaces;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Orchestration;

/// <summary>What is kept of a trial that has ended: what it wrote to <c>$GRADIENT_ARTIFACTS</c>, and what the manifest's globs name.</summary>
internal static class ArtifactCollection
{
    private const int FileLimit = 10_000;
    private const long ByteLimit = 10L << 30;

    /// <summary>Refuses what is no plain file, copies what the globs name, and records the digests of all.</summary>
    /// <param name="workspace">The trial's workspace, before it is cleaned; null when it is gone.</param>
    /// <param name="globs">The manifest's.</param>
    /// <param name="target"><c>$GRADIENT_ARTIFACTS</c>.</param>
    /// <param name="digests">The file for the digests.</param>
    /// <returns>Notices for people: what was left out.</returns>
    public static ImmutableArray<string> Collect(string? workspace, ImmutableArray<string> globs, string target, string digests)
    {
        if (!Directory.Exists(target))
        {
            return [];
        }

        var removed = PlainFilesOnly.Enforce(target);
        var notices = workspace is null || globs.IsEmpty ? [] : Copy(workspace, globs, target);
        KeptDigests.Record(target, digests, ByteLimit);
        return removed == 0 ? notices
            : [.. notices, $"{removed} links, pipes or devices were removed from $GRADIENT_ARTIFACTS: plain files are kept."];
    }

    private static ImmutableArray<string> Copy(string workspace, ImmutableArray<string> globs, string target)
    {
        var files = new WorkspaceFiles(workspace);
        var (kept, bytes, left, broken) = (0, 0L, 0, new List<string>());
        foreach (var relative in files.Find(globs.Select(glob => new WorkspaceGlob(glob))))
        {
            using var source = files.Open(relative);
            var length = source is null ? 0 : RandomAccess.GetLength(source);
            if (source is null || kept >= FileLimit || bytes + length > ByteLimit)
            {
                left++;
                continue;
            }

            try
            {
                Copy(source, target, relative);
                kept++;
                bytes += length;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException && !DiskSpace.IsFull(problem))
            {
                broken.Add(relative);
            }
        }

        string[] notices =
        [
            files.Notice ?? "",
            left == 0 ? "" : $"{left} artifacts were left out: plain files are kept, at most {FileLimit} and {ByteLimit >> 30} GiB of them.",
            broken.Count == 0 ? "" : $"{broken.Count} artifacts could not be copied, the first is {broken[0]}.",
        ];
        return [.. notices.Where(notice => notice.Length > 0)];
    }

    // The target is $GRADIENT_ARTIFACTS, where the trial may have put anything; its links are gone by now.
    private static void Copy(SafeFileHandle source, string target, string relative)
    {
        var copy = Path.Combine(target, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        for (var folder = Path.GetDirectoryName(copy)!; folder.Length > target.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                throw new IOException($"{folder} is a symbolic link.");
            }
        }

        File.Delete(copy);
        using var from = new FileStream(source, FileAccess.Read);
        using var to = new FileStream(copy, FileMode.CreateNew);
        from.CopyTo(to);
    }
}
