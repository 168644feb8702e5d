using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Runner.Retention;

/// <summary>Which runs may go.</summary>
public sealed record RetentionPolicy
{
    /// <summary>How many of the newest runs of each experiment stay.</summary>
    /// <value>20; at least 1, so that numbers are never given twice.</value>
    public int Keep { get; init; } = 20;

    /// <summary>Only runs that ended before this moment may go; null for all.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Only runs of this project may go; null for all.</summary>
    public ProjectId? Project { get; init; }

    /// <summary>Only runs of this experiment may go; null for all.</summary>
    public string? Experiment { get; init; }

    /// <summary>Whose <see cref="Keep"/> and <see cref="Before"/> count for the runs of single projects, instead of these.</summary>
    public ImmutableDictionary<ProjectId, RetentionPolicy> Own { get; init; } = ImmutableDictionary<ProjectId, RetentionPolicy>.Empty;

    /// <summary>Whether what trials of removed projects shared goes, too; it cannot be made again.</summary>
    public bool WithStorage { get; init; }
}
