using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Runner.Retention;

/// <summary>Decides which runs may go; pure.</summary>
public static class RetentionRules
{
    /// <summary>The runs that may go, oldest first.</summary>
    /// <param name="runs">All runs of the record.</param>
    /// <param name="policy">What is asked for.</param>
    public static ImmutableArray<Run> Expendable(IReadOnlyCollection<Run> runs, RetentionPolicy policy)
    {
        var own = runs.GroupBy(run => (run.Id.Project, run.Id.Experiment)).SelectMany(experiment => Expendable(experiment, policy)).ToHashSet();

        // Only one step: if a baseline kept its own baseline, a branch would keep its whole history.
        var baselines = runs.Where(run => !own.Contains(run)).Select(run => run.Baseline).OfType<RunId>().ToHashSet();
        return [.. own.Where(run => !baselines.Contains(run.Id)).OrderBy(run => run.CreatedAt).ThenBy(run => run.Id.Number)];
    }

    private static IEnumerable<Run> Expendable(IEnumerable<Run> experiment, RetentionPolicy policy)
    {
        var runs = experiment.OrderByDescending(run => run.Id.Number).ToList();
        var best = runs.Where(run => run.State == RunState.Finished).GroupBy(run => run.Spec.Objective).Select(Best).ToHashSet();
        var own = policy.Own.GetValueOrDefault(runs[0].Id.Project, policy);
        return runs.Skip(Math.Max(1, own.Keep)).Where(run =>
            run is { HasEnded: true, IsAnnounced: true, IsPinned: false } && !best.Contains(run)
            && (policy.Project is null || run.Id.Project == policy.Project)
            && (policy.Experiment is null || run.Id.Experiment == policy.Experiment)
            && (own.Before is null || run.EndedAt < own.Before));
    }

    // Runs whose objective differs cannot be compared, so each objective has a best run. The older of two equals is it.
    private static Run? Best(IGrouping<Objective?, Run> runs) => runs.Key is not { } objective ? null : runs
        .Where(run => run.Best is not null)
        .Aggregate((Run?)null, (best, run) => best is null || !objective.IsBetter(best.Best!.Value, run.Best!.Value) ? run : best);
}
