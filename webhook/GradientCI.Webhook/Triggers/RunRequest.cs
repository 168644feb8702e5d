using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>What somebody asks to be run.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Revision">The commit: a branch, a tag, or the start of a sha.</param>
public sealed record RunRequest(ProjectId Project, string Experiment, string Revision)
{
    /// <summary>Parameters to fix, as in <c>lr=0.1</c>.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>Whether results of earlier runs may be taken over.</summary>
    public bool UsesCache { get; init; } = true;

    /// <summary>Who asks for it.</summary>
    public required Signature By { get; init; }
}
