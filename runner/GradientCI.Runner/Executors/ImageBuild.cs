using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Specs;

namespace GradientCI.Runner.Executors;

/// <summary>An image that is to be built.</summary>
public sealed record ImageBuild
{
    /// <summary>The run that asks first; others may get the same image.</summary>
    public required RunId Run { get; init; }

    /// <summary>The digest of all that it is built from, hexadecimal: by this the image is known.</summary>
    public required string Digest { get; init; }

    /// <summary>Path of the Dockerfile among the files.</summary>
    public required string Dockerfile { get; init; }

    /// <summary>The images that its stages begin with.</summary>
    public required ImmutableArray<string> BaseImages { get; init; }

    /// <summary>Why an instruction is not carried out here, one sentence, or null: for those that base images bring along.</summary>
    public required Func<string, string?> FindProblem { get; init; }

    /// <summary>Build arguments.</summary>
    public required ImmutableSortedDictionary<string, string> Args { get; init; }

    /// <summary>The stage to stop at, or null.</summary>
    public string? Target { get; init; }

    /// <summary>What the build may have: what a trial may.</summary>
    public required ResourceSpec Resources { get; init; }

    /// <summary>Writes the files as a tar archive; called once at most.</summary>
    public required Func<Stream, CancellationToken, Task> WriteContextAsync { get; init; }

    /// <summary>Gets what the build prints.</summary>
    public required BuildLog Log { get; init; }
}
