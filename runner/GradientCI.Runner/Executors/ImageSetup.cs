using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Specs;

namespace GradientCI.Runner.Executors;

/// <summary>An image that is to get what a setup leaves, as a layer of its own.</summary>
public sealed record ImageSetup
{
    /// <summary>Where the files are while it is set up, and stay in the image.</summary>
    public const string Workspace = "/gradientci/workspace";

    /// <summary>Where the image keeps what setup made or changed in its working copy.</summary>
    public const string Made = "/gradientci/made";

    /// <summary>The shell line by which a trial gets that into a workspace of its own.</summary>
    public const string TakeOver = $"[ ! -d {Made} ] || cp -RPp {Made}/. \"$GRADIENT_WORKSPACE/\"";

    /// <summary>The run that asks first; others may get the same image.</summary>
    public required RunId Run { get; init; }

    /// <summary>The digest of all that the result depends on, hexadecimal: by this the image is known.</summary>
    public required string Digest { get; init; }

    /// <summary>The digest of the image under it.</summary>
    public required string Image { get; init; }

    /// <summary>The shell line.</summary>
    public required string Line { get; init; }

    /// <summary>The folder that it starts in, within the workspace.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Its variables: those of the manifest.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>What it may have: what a trial may, but no GPU.</summary>
    public required ResourceSpec Resources { get; init; }

    /// <summary>The commit's files that it gets, by path.</summary>
    public required IReadOnlyDictionary<string, SetupFile> Files { get; init; }

    /// <summary>Writes them as a tar archive, below <see cref="Workspace"/>; called once at most.</summary>
    public required Func<Stream, CancellationToken, Task> WriteFilesAsync { get; init; }

    /// <summary>A file of ours that what was made passes through; nothing is there before and after.</summary>
    public required string Scratch { get; init; }

    /// <summary>Gets what it prints.</summary>
    public required BuildLog Log { get; init; }
}

/// <summary>A file of a commit as setup finds it.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
/// <param name="Time">When it was last changed.</param>
public readonly record struct SetupFile(long Size, bool IsExecutable, DateTimeOffset Time);
