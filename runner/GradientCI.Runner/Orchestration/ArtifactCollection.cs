using System.Collections.Immutable;
using GradientCI.Runner.Workspaces;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Orchestration;

/// <summary>What is kept of a trial that has ended: what it wrote to <c>$GRADIENT_ARTIFACTS</c>, and what the manifest's globs name.</summary>
/// <param name="target"><c>$GRADIENT_ARTIFACTS</c>.</param>
/// <param name="bounds">The most that is kept.</param>
internal sealed class ArtifactCollection(string target, KeptBounds bounds)
{
    private KeptRoom _room = new(bounds);
    private int _refused;
    private int _beyond;

    /// <summary>Removes what is no plain file and what is beyond the bounds; the trial must have ended. It takes no space, and may be done again.</summary>
    public void Bound()
    {
        if (!Directory.Exists(target))
        {
            return;
        }

        _room = new KeptRoom(bounds);
        var plain = new PlainFilesOnly(_room);
        plain.Enforce(target);
        (_refused, _beyond) = (_refused + plain.Refused, _beyond + plain.Beyond);
    }

    /// <summary>Copies what the globs name, and records the digests of all. May be tried again after a failure.</summary>
    /// <param name="workspace">The trial's workspace, before it is cleaned; null when it is gone.</param>
    /// <param name="globs">The manifest's.</param>
    /// <param name="digests">The file for the digests.</param>
    /// <returns>Notices for people: what was left out.</returns>
    public ImmutableArray<string> Collect(string? workspace, ImmutableArray<string> globs, string digests)
    {
        if (!Directory.Exists(target))
        {
            return [];
        }

        var notices = workspace is null || globs.IsEmpty ? [] : Copy(workspace, globs);
        KeptDigests.Record(target, digests, bounds.Bytes);
        return
        [
            .. notices,
            .. Notices(
                _refused == 0 ? "" : $"{_refused} links, pipes or devices were removed from $GRADIENT_ARTIFACTS: plain files are kept.",
                _beyond == 0 ? "" : $"{_beyond} files were removed from $GRADIENT_ARTIFACTS: {Most} are kept."),
        ];
    }

    private string Most => $"at most {bounds.Files} files of {ByteCount(bounds.Bytes)} together";

    private ImmutableArray<string> Copy(string workspace, ImmutableArray<string> globs)
    {
        var files = new WorkspaceFiles(workspace);
        var (room, left, broken) = (_room.Copy(), 0, new List<string>());
        foreach (var relative in files.Find(globs.Select(glob => new WorkspaceGlob(glob))))
        {
            using var source = files.Open(relative);
            if (source is null || !room.TryTake(RandomAccess.GetLength(source)))
            {
                left++;
                continue;
            }

            try
            {
                Copy(source, relative);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException && !DiskSpace.IsFull(problem))
            {
                broken.Add(relative);
            }
        }

        return Notices(
            files.Notice ?? "",
            left == 0 ? "" : $"{left} artifacts were left out: plain files are kept, {Most}.",
            broken.Count == 0 ? "" : $"{broken.Count} artifacts could not be copied, the first is {broken[0]}.");
    }

    private static ImmutableArray<string> Notices(params string[] notices) => [.. notices.Where(notice => notice.Length > 0)];

    private static string ByteCount(long bytes) => bytes >= 1L << 30 ? $"{bytes >> 30} GiB" : $"{bytes >> 20} MiB";

    // The target is $GRADIENT_ARTIFACTS, where the trial may have put anything; its links are gone by now.
    private void Copy(SafeFileHandle source, string relative)
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
