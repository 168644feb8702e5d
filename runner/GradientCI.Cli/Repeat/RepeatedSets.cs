using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Cli.Repeat;

/// <summary>The parameter sets of a recipe that are run again, checked against the manifest of its commit.</summary>
/// <param name="Sets">The trials of each set, in the order of the sets.</param>
internal sealed record RepeatedSets(ImmutableArray<ImmutableArray<RecipeTrial>> Sets)
{
    /// <summary>Chooses sets of a recipe.</summary>
    /// <param name="recipe">The recipe; nobody vouches for it.</param>
    /// <param name="chosen">All when null, else the one of a trial: its number, or <c>best</c>.</param>
    /// <exception cref="GradientException">There is no such trial, or the recipe makes no sense.</exception>
    public static RepeatedSets Of(Recipe recipe, string? chosen)
    {
        ImmutableArray<ImmutableArray<RecipeTrial>> sets = [.. recipe.Trials.GroupBy(trial => trial.Set).OrderBy(set => set.Key).Select(set => set.OrderBy(trial => trial.Repeat).ToImmutableArray())];
        if (sets.IsEmpty || sets.Length > SweepSpec.TrialLimit || sets.Any(set => set.Any(trial => !trial.Parameters.Equals(set[0].Parameters))))
        {
            throw new GradientException(FailureKind.Usage, $"The bundle of {recipe.Run} holds no trials that could be run again.", "Export a run that had trials.");
        }

        if (chosen is null)
        {
            return new RepeatedSets(sets);
        }

        var number = chosen == "best" ? recipe.Best : int.TryParse(chosen, NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : null;
        return sets.FirstOrDefault(set => set.Any(trial => trial.Number == number)) is { IsDefault: false } one
            ? new RepeatedSets([one])
            : throw new GradientException(
                FailureKind.Usage,
                chosen == "best" ? $"No trial of {recipe.Run} is the best." : $"The bundle of {recipe.Run} has no trial '{chosen}'.",
                $"Its trials are numbered from {recipe.Trials.Min(trial => trial.Number)} to {recipe.Trials.Max(trial => trial.Number)}.");
    }

    /// <summary>The experiment that runs them again: those sets instead of a search, everything computed.</summary>
    /// <param name="spec">The experiment of the commit's manifest, overrides applied.</param>
    /// <exception cref="GradientException">The manifest does not allow a set, or gives a trial another seed.</exception>
    public ExperimentSpec LaidOver(ExperimentSpec spec) => spec with
    {
        Cache = false,
        Sweep = spec.Sweep with { Recorded = [.. Sets.Select(set => Searched(spec, set))], MaxTrials = Sets.Length, Stop = new StopSpec() },
    };

    private static ParameterSet Searched(ExperimentSpec spec, ImmutableArray<RecipeTrial> set)
    {
        var space = spec.Sweep.Space.Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        var parameters = set[0].Parameters;
        var searched = new ParameterSet(parameters.Where(item => space.ContainsKey(item.Key)));
        if (!spec.Parameters.With(searched).Equals(parameters) || searched.Any(item => !space[item.Key].Domain.Contains(item.Value)))
        {
            throw new GradientException(
                FailureKind.Usage, $"Trial {set[0].Number} of the bundle has parameters that the manifest of its commit does not allow.", "Export the run again: what was changed by hand is not repeated.");
        }

        foreach (var trial in set)
        {
            if (trial.Repeat < 1 || trial.Repeat > spec.Sweep.Repeats || Seeds.SeedFor(spec.Sweep.Seed, parameters, trial.Repeat) != trial.Seed)
            {
                throw new GradientException(
                    FailureKind.Usage, $"Trial {trial.Number} of the bundle would get another seed here.", "Repeat it with the version of GradientCI that provenance.json of the bundle names.");
            }
        }

        return searched;
    }
}
