using System.Collections.Immutable;
using Microsoft.Extensions.FileSystemGlobbing;

namespace GradientCI.Runner.Orchestration;

/// <summary>Keeps what the manifest's <c>artifacts</c> globs name, from the workspace, before it is cleaned.</summary>
internal static class ArtifactCollection
{
    private const int FileLimit = 10_000;
    private const long ByteLimit = 10L << 30;

    /// <summary>Copies regular files; symbolic links and special files are left out.</summary>
    /// <returns>Notices for people: what was left out.</returns>
    public static ImmutableArray<string> Collect(string workspace, ImmutableArray<string> globs, string target)
    {
        if (globs.IsEmpty)
        {
            return [];
        }

        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddIncludePatterns(globs);
        var plain = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device };
        var (files, bytes, left) = (0, 0L, 0);
        foreach (var file in new DirectoryInfo(workspace).EnumerateFiles("*", plain))
        {
            var relative = Path.GetRelativePath(workspace, file.FullName);
            if (!matcher.Match(relative).HasMatches || file.UnixFileMode == UnixFileMode.None)
            {
                continue;
            }

            if (files >= FileLimit || bytes + file.Length > ByteLimit)
            {
                left++;
                continue;
            }

            var copy = Path.Combine(target, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy, overwrite: true);
            files++;
            bytes += file.Length;
        }

        return left == 0 ? [] : [$"{left} artifacts were left out: at most {FileLimit} files and {ByteLimit >> 30} GiB are kept."];
    }
}
