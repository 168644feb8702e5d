using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Comparisons;

/// <summary>Which parameter set of a run is best.</summary>
/// <remarks>
/// A set counts by the mean of the objective over its succeeded repeats; a failed repeat is shown and takes nothing
/// away. A set with a pruned trial has no value: that stopped at another step than the ones it would be ranked with, and
/// the seeds that ended well before it would flatter the set. Equal means go by number. A mean that is not finite never wins. Feasible sets stand before those that break a constraint.
/// </remarks>
public static class Rankings
{
    /// <summary>Ranks the parameter sets of a run.</summary>
    public static Ranking Rank(RunSnapshot run)
    {
        var spec = run.Run.Spec;
        var sets = run.Trials
            .GroupBy(trial => trial.Trial.ParameterSetNumber)
            .Select(set => ResultOf(set.Key, [.. set.OrderBy(trial => trial.Trial.Repeat)], spec))
            .OrderBy(set => Place(set))
            .ThenBy(set => Place(set) == 2 ? 0 : spec.Objective!.Direction == Direction.Maximize ? -set.Mean!.Value : set.Mean!.Value)
            .ThenBy(set => set.Number)
            .ToImmutableArray();
        return new Ranking(sets, Best(sets, spec.Objective));
    }

    // 0 has a value and is feasible, 1 has a value, 2 has none.
    private static int Place(ParameterSetResult set) =>
        set.Mean is { } mean && double.IsFinite(mean) ? (set.Broken.IsEmpty ? 0 : 1) : 2;

    // Without an objective nothing is better than anything else; but a single training is what its checks are about.
    private static ParameterSetResult? Best(ImmutableArray<ParameterSetResult> sets, Objective? objective) =>
        sets.FirstOrDefault() is not { Broken.IsEmpty: true } first ? null
        : objective is not null ? (Place(first) == 0 ? first : null)
        : sets.Length == 1 && first.Trials.Any(trial => trial.Trial.State == TrialState.Succeeded) ? first
        : null;

    private static ParameterSetResult ResultOf(int number, ImmutableArray<TrialSnapshot> trials, ExperimentSpec spec)
    {
        double[] values = spec.Objective is { } objective && !trials.Any(trial => trial.Trial.State == TrialState.Pruned) ? TrialValues.OfSucceeded(trials, trial => TrialValues.Of(trial, objective)) : [];
        return new ParameterSetResult
        {
            Number = number,
            Parameters = trials[0].Trial.Parameters,
            Trials = trials,
            Values = [.. values],
            Mean = values.Length == 0 ? null : Sample.MeanOf(values),
            HalfWidth = ConfidenceInterval.HalfWidth(values),
            Broken = [.. spec.Constraints.Select(constraint => Breach(constraint, trials)).OfType<string>()],
            Representative = Representative(trials, spec.Objective),
        };
    }

    private static string? Breach(ConstraintSpec constraint, ImmutableArray<TrialSnapshot> trials)
    {
        if (!trials.Any(trial => trial.Trial.State == TrialState.Succeeded))
        {
            return null;
        }

        var values = TrialValues.OfSucceeded(trials, trial => TrialValues.Of(trial, constraint.Metric, CheckAggregate.Last));
        return values.Length == 0 ? $"{constraint.Metric} is missing (needs {constraint.Target})"
            : constraint.Target.Contains(Sample.MeanOf(values)) ? null
            : $"{constraint.Metric} is {ValueText.Of(Sample.MeanOf(values))} (needs {constraint.Target})";
    }

    private static TrialSnapshot Representative(ImmutableArray<TrialSnapshot> trials, Objective? objective)
    {
        var succeeded = trials.Where(trial => trial.Trial.State == TrialState.Succeeded).ToArray();
        if (succeeded.Length == 0)
        {
            return trials[0];
        }

        return objective is null ? succeeded[0] : succeeded.Aggregate((best, trial) =>
            objective.IsBetter(TrialValues.Of(trial, objective) ?? double.NaN, TrialValues.Of(best, objective) ?? double.NaN) ? trial : best);
    }
}
