using System.Collections.Immutable;
using GradientCI.Comparisons.Pareto;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Comparisons;

/// <summary>Which parameter set of a run is best.</summary>
/// <remarks>
/// A set counts by the mean of the objective over its succeeded repeats; a failed repeat is shown and takes nothing
/// away. A set with a pruned trial has no value: that stopped at another step than the ones it would be ranked with, and
/// the seeds that ended well before it would flatter the set. Equal means go by number. A mean that is not finite never wins. Feasible sets stand before those that break a constraint.
/// With several objectives feasible sets go by their fronts, and within a front by the first objective; so the best one is
/// that of the first objective, on the front (docs/adr/0038).
/// </remarks>
public static class Rankings
{
    /// <summary>Ranks the parameter sets of a run.</summary>
    public static Ranking Rank(RunSnapshot run)
    {
        var spec = run.Run.Spec;
        var sets = run.Trials
            .GroupBy(trial => trial.Trial.ParameterSetNumber)
            .OrderBy(set => set.Key)
            .Select(set => ResultOf(set.Key, [.. set.OrderBy(trial => trial.Trial.Repeat)], spec))
            .ToArray();
        if (spec.Objectives.Length > 1)
        {
            NumberFronts(sets);
        }

        ImmutableArray<ParameterSetResult> ranked = [.. sets.Order(Comparer<ParameterSetResult>.Create(Compare))];
        return new Ranking(ranked, Best(ranked, spec.Objective));
    }

    private static void NumberFronts(ParameterSetResult[] sets)
    {
        var places = Enumerable.Range(0, sets.Length).Where(at => Place(sets[at]) == 0).ToArray();
        var number = 0;
        foreach (var front in Fronts.Of([.. places.Select(at => sets[at].Losses)]))
        {
            number++;
            foreach (var at in front)
            {
                sets[places[at]] = sets[places[at]] with { Front = number };
            }
        }
    }

    private static int Compare(ParameterSetResult one, ParameterSetResult other)
    {
        var order = Place(one).CompareTo(Place(other));
        order = order != 0 ? order : Nullable.Compare(one.Front, other.Front);
        for (var at = 0; order == 0 && Place(one) < 2 && at < one.Results.Length; at++)
        {
            var objective = one.Results[at].Objective;
            order = objective.LossOf(one.Results[at].Mean!.Value).CompareTo(objective.LossOf(other.Results[at].Mean!.Value));
        }

        return order != 0 ? order : one.Number.CompareTo(other.Number);
    }

    // 0 has its values and is feasible, 1 has its values, 2 lacks one.
    private static int Place(ParameterSetResult set) => !set.IsUsable ? 2 : set.Broken.IsEmpty ? 0 : 1;

    // Without an objective nothing is better than anything else; but a single training is what its checks are about.
    private static ParameterSetResult? Best(ImmutableArray<ParameterSetResult> sets, Objective? objective) =>
        sets.FirstOrDefault() is not { Broken.IsEmpty: true } first ? null
        : objective is not null ? (Place(first) == 0 ? first : null)
        : sets.Length == 1 && first.Trials.Any(trial => trial.Trial.State == TrialState.Succeeded) ? first
        : null;

    private static ParameterSetResult ResultOf(int number, ImmutableArray<TrialSnapshot> trials, ExperimentSpec spec) => new()
    {
        Number = number,
        Parameters = trials[0].Trial.Parameters,
        Trials = trials,
        Results = [.. spec.Objectives.Select(objective => new ObjectiveResult(objective, ValuesOf(trials, objective)))],
        Broken = [.. spec.Constraints.Select(constraint => Breach(constraint, trials)).OfType<string>()],
        Representative = Representative(trials, spec.Objective),
    };

    private static ImmutableArray<double> ValuesOf(ImmutableArray<TrialSnapshot> trials, Objective objective) =>
        trials.Any(trial => trial.Trial.State == TrialState.Pruned) ? [] : [.. TrialValues.OfSucceeded(trials, trial => TrialValues.Of(trial, objective))];

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
