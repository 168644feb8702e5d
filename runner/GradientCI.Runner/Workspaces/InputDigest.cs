using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Globs;

namespace GradientCI.Runner.Workspaces;

/// <summary>The digest of the files that a result depends on.</summary>
public static class InputDigest
{
    /// <summary>SHA-256, hexadecimal, over path, mode and object of the matching files, sorted by path.</summary>
    /// <param name="tree">A commit's files.</param>
    /// <param name="globs">The manifest's <c>inputs</c>; empty for the whole tree.</param>
    /// <remarks>
    /// The manifest itself never counts: what of it matters to a trial is in the fingerprint's other parts, and a new
    /// description must not throw results away.
    /// </remarks>
    public static string Of(IReadOnlyList<TreeEntry> tree, ImmutableArray<string> globs)
    {
        var counts = Selector(globs);
        using var digest = new DigestBuilder();
        foreach (var entry in tree
            .Where(entry => counts(entry.Path))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal))
        {
            digest.Add(entry.Path).Add((long)entry.Mode).Add(entry.ObjectId);
        }

        return digest.Finish();
    }

    /// <summary>Tells which paths of a commit count.</summary>
    public static Func<string, bool> Selector(ImmutableArray<string> globs)
    {
        var patterns = globs.Select(glob => new Glob(glob)).ToList();
        return path => path != GitRepository.ManifestPath && (patterns.Count == 0 || patterns.Exists(glob => glob.IsMatch(path)));
    }

    /// <summary>The globs that match no file: most likely mistyped, and then nothing ever invalidates the result.</summary>
    public static ImmutableArray<string> Unmatched(IReadOnlyList<TreeEntry> tree, ImmutableArray<string> globs) =>
        [.. globs.Where(glob => new Glob(glob) is var pattern && !tree.Any(entry => pattern.IsMatch(entry.Path)))];
}
