using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;

namespace GradientCI.Cli.Repeat;

/// <summary>What it takes to repeat a run, beside its commit: <c>repeat.json</c> of a bundle.</summary>
internal sealed record Recipe
{
    /// <summary>The run, <c>digits#12</c>; for people.</summary>
    public required string Run { get; init; }

    /// <summary>The project that it was of; for people, and to keep what comes from different projects apart.</summary>
    public required string Project { get; init; }

    /// <summary>The commit.</summary>
    public required CommitSha Commit { get; init; }

    /// <summary>The experiment's name in the commit's manifest.</summary>
    public required string Experiment { get; init; }

    /// <summary>What was laid over the manifest, as it was typed.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>The digest of the image that all trials ran in; empty on the host.</summary>
    public string Image { get; init; } = "";

    /// <summary>The number of the best trial, or null.</summary>
    public int? Best { get; init; }

    /// <summary>The trials, by number.</summary>
    public required ImmutableArray<RecipeTrial> Trials { get; init; }
}

/// <summary>A trial of a recipe, and what came of it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Set">Its parameter set's number.</param>
/// <param name="Repeat">Which repeat of the set.</param>
/// <param name="Parameters">Fixed and searched hyperparameters.</param>
/// <param name="Seed"><c>$GRADIENT_SEED</c>.</param>
/// <param name="Fingerprint">The digest of what its result depends on.</param>
/// <param name="State">How it ended, as a word.</param>
/// <param name="Values">The last values of its metrics that matter most, by name.</param>
internal sealed record RecipeTrial(
    int Number, int Set, int Repeat, ParameterSet Parameters, int Seed, string Fingerprint, string State, ImmutableSortedDictionary<string, double> Values);
