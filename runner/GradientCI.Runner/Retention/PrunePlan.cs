using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Runner.Retention;

/// <summary>What would be deleted.</summary>
/// <param name="Runs">Runs with all they left, oldest first.</param>
/// <param name="Items">Folders, those of the runs among them.</param>
/// <param name="Strangers">Folders that look like runs which this record has never known; they stay.</param>
public sealed record PrunePlan(ImmutableArray<Run> Runs, ImmutableArray<PruneItem> Items, int Strangers)
{
    /// <summary>What trials of removed projects shared; it stays unless it is asked for.</summary>
    public ImmutableArray<PruneItem> Storage { get; init; } = [];

    /// <summary>Whether nothing would be deleted.</summary>
    public bool IsEmpty => Runs.IsEmpty && Items.IsEmpty;
}

/// <summary>A folder that would be deleted.</summary>
/// <param name="Kind">What is in it: <c>logs</c>, <c>workspaces</c>…</param>
/// <param name="Path">The folder.</param>
/// <param name="Run">The run that it goes with; null when it goes by itself.</param>
/// <param name="Bytes">The bytes of its files.</param>
public sealed record PruneItem(string Kind, string Path, RunId? Run, long Bytes);

/// <summary>What was deleted.</summary>
/// <param name="Runs">How many runs.</param>
/// <param name="Bytes">The bytes of the files.</param>
/// <param name="Problems">Folders that could not be deleted, a sentence each.</param>
public sealed record PruneResult(int Runs, long Bytes, ImmutableArray<string> Problems);
