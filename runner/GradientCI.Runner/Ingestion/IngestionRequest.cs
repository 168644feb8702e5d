using GradientCI.Experiments;
using GradientCI.Runner.Masking;
using GradientCI.Specs;

namespace GradientCI.Runner.Ingestion;

/// <summary>Whose metrics are read, and from where. Paths are absolute.</summary>
public sealed record IngestionRequest
{
    /// <summary>The attempt.</summary>
    public required AttemptId Attempt { get; init; }

    /// <summary>Who drives it.</summary>
    public WorkerId Worker { get; init; } = WorkerId.None;

    /// <summary>Where the attempt's output is appended; it need not exist yet. A small file of ours is kept beside it.</summary>
    public required string LogPath { get; init; }

    /// <summary>The folder that metric files and event files are looked for in.</summary>
    public required string Workspace { get; init; }

    /// <summary>Keeps secrets out of the names of metrics.</summary>
    public SecretMasker Masker { get; init; } = SecretMasker.None;

    /// <summary>What the manifest says about metrics.</summary>
    public MetricSourcesSpec Sources { get; init; } = new();
}
