using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Docker;

namespace GradientCI.Runner.Retention;

/// <summary>Decides which images may go; pure.</summary>
public static class ImageRules
{
    /// <summary>The images that no open run needs and that none has used since, the longest unused first.</summary>
    /// <param name="images">Those that are ours.</param>
    /// <param name="runs">All runs of the record.</param>
    /// <param name="before">They were made and last used before this moment.</param>
    public static ImmutableArray<EngineImage> Expendable(IEnumerable<EngineImage> images, IReadOnlyCollection<Run> runs, DateTimeOffset before)
    {
        var uses = runs.SelectMany(run => new[] { run.Provenance.ImageDigest, run.Provenance.BaseImageDigest }.Select(digest => (Digest: digest, Run: run)))
            .ToLookup(use => use.Digest, use => use.Run, StringComparer.Ordinal);

        // A run that has not begun names its image by its tag alone.
        var awaited = runs.Where(run => !run.HasEnded && run.Spec.Image is not null).Select(run => Tagged(run.Spec.Image!)).ToHashSet(StringComparer.Ordinal);
        return [.. from image in images
                   where !uses[image.Id].Any(run => !run.HasEnded) && !image.Names.Any(awaited.Contains)
                   let used = uses[image.Id].Select(run => run.EndedAt ?? run.CreatedAt).Append(image.MadeAt).Max()
                   where used < before
                   orderby used
                   select image];
    }

    private static string Tagged(string name) => name.Contains('@') || name.LastIndexOf(':') > name.LastIndexOf('/') ? name : $"{name}:latest";
}
