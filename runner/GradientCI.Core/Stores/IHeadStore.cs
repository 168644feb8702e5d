using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>What the refs of forges' repositories named when we last heard of them, so that what was never told is noticed.</summary>
/// <remarks>One transaction per method, as in <see cref="IExperimentStore"/>.</remarks>
public interface IHeadStore
{
    /// <summary>What is known of a project's refs.</summary>
    Task<KnownHeads> ReadHeadsAsync(ProjectId project, CancellationToken cancellationToken);

    /// <summary>Records what refs name now; idempotent. Refs that are not given stay as they are.</summary>
    /// <param name="project">Whose; recorded before.</param>
    /// <param name="heads">Objects by the refs' full names; a null one is gone.</param>
    /// <param name="lookedAt">When all refs were looked at, or null when only these were heard of.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task NoteHeadsAsync(ProjectId project, IReadOnlyDictionary<string, string?> heads, DateTimeOffset? lookedAt, CancellationToken cancellationToken);
}

/// <summary>What is known of a project's refs.</summary>
/// <param name="LookedAt">When all were last looked at; null when never, and then a ref that is not known is nothing new.</param>
/// <param name="Objects">Commits and tags by the refs' full names.</param>
public sealed record KnownHeads(DateTimeOffset? LookedAt, ImmutableDictionary<string, string> Objects);
