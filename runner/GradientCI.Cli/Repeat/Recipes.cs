using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Cli.Repeat;

/// <summary>The recipes of recorded runs.</summary>
internal static class Recipes
{
    // Whatever a trial prints may be among them; these are to be compared by people.
    private const int MostValues = 20;

    /// <summary>The recipe of a run that has ended.</summary>
    public static async Task<Recipe> OfAsync(Run run, IExperimentStore store, CancellationToken cancellationToken)
    {
        var trials = await store.ListTrialsAsync(run.Id, cancellationToken);
        var values = await ValuesAsync(run, store, cancellationToken);
        var snapshot = await store.ReadSnapshotAsync(run.Id, 1, cancellationToken);
        return new Recipe
        {
            Run = run.Id.ToString(),
            Project = run.Id.Project.Value,
            Commit = run.Commit.Sha,
            Experiment = run.Id.Experiment,
            Overrides = run.Overrides,
            Image = run.Provenance.ImageDigest,
            Best = snapshot is null ? null : Rankings.Rank(snapshot).Best?.Representative.Trial.Id.Number,
            Trials =
            [
                .. trials.Select(trial => new RecipeTrial(
                    trial.Id.Number, trial.ParameterSetNumber, trial.Repeat, trial.Parameters, trial.Seed, trial.Fingerprint, trial.State.Word(),
                    values.GetValueOrDefault(trial.Id.Number, ImmutableSortedDictionary<string, double>.Empty))),
            ],
        };
    }

    /// <summary>The last values of each trial: of what the manifest names first, then of others by name.</summary>
    private static async Task<Dictionary<int, ImmutableSortedDictionary<string, double>>> ValuesAsync(Run run, IExperimentStore store, CancellationToken cancellationToken)
    {
        var named = run.Spec.Objectives.Select(each => each.Metric).Concat(run.Spec.Constraints.Select(each => each.Metric)).Concat(run.Spec.Checks.Select(each => each.Metric)).ToHashSet(StringComparer.Ordinal);
        return (await store.ListSummariesAsync(run.Id, cancellationToken))
            .Where(each => !each.Metric.StartsWith(MetricLimits.SystemPrefix, StringComparison.Ordinal))
            .GroupBy(each => each.Trial)
            .ToDictionary(
                group => group.Key,
                group => group.OrderBy(each => !named.Contains(each.Metric)).ThenBy(each => each.Metric, StringComparer.Ordinal).Take(MostValues)
                    .ToImmutableSortedDictionary(each => each.Metric, each => each.Summary.Last.Y, StringComparer.Ordinal));
    }
}
