using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Checks;

/// <summary>The one value of a run that a check looks at.</summary>
/// <param name="Value">The value, perhaps NaN; null when there is none.</param>
/// <param name="Note">Why there is none; or what stands behind the value, or empty.</param>
internal readonly record struct ScopedValue(double? Value, string Note)
{
    /// <summary>Reduces the points of the trials to the check's aggregate, and the trials to its scope.</summary>
    public static ScopedValue Of(CheckSpec check, RunSnapshot run, Ranking ranking)
    {
        if (check.Over == CheckScope.Best)
        {
            return OfBest(check, run.Run.Spec.Objectives, ranking.Best);
        }

        // Pruned and cancelled trials were ended on purpose: they neither count nor fail.
        var trials = run.Trials.Where(trial => trial.Trial.State is not (TrialState.Pruned or TrialState.Cancelled)).ToArray();
        var values = ValuesOf(check, trials);
        var without = $"{trials.Length - values.Length} of {trials.Length} trials gave no value";
        if (values.Length == 0 || (check.Over == CheckScope.All && values.Length < trials.Length && !check.PassIfMissing))
        {
            return new ScopedValue(null, without);
        }

        var behind = values.Length < trials.Length ? without : values.Length == 1 ? "" : $"{values.Length} trials";
        return check.Over switch
        {
            CheckScope.All => new ScopedValue(values.MinBy(value => Goodness(check, value)), Note("the worst of")),
            CheckScope.Median => new ScopedValue(Median(values), Note("the median of")),
            _ => new ScopedValue(Sample.MeanOf(values), Note("the mean of")),
        };

        string Note(string how) => behind.Length == 0 ? "" : values.Length == trials.Length ? $"{how} {behind}" : behind;
    }

    private static ScopedValue OfBest(CheckSpec check, ImmutableArray<Objective> objectives, ParameterSetResult? best)
    {
        if (best is null)
        {
            return new ScopedValue(null, objectives.IsEmpty
                ? "no best trial: there is no objective, or none succeeded"
                : $"no best trial: none gave a finite {string.Join(" and ", objectives.Select(objective => objective.Metric))} within the constraints");
        }

        var values = ValuesOf(check, best.Trials);
        return values.Length switch
        {
            0 => new ScopedValue(null, $"missing in {best.Representative.Trial.Id}"),
            1 => new ScopedValue(values[0], ""),
            _ => new ScopedValue(Sample.MeanOf(values), $"the mean of {values.Length} repeats"),
        };
    }

    private static double[] ValuesOf(CheckSpec check, IEnumerable<TrialSnapshot> trials) =>
        TrialValues.OfSucceeded(trials, trial => TrialValues.Of(trial, check.Metric, check.Aggregate));

    // How far inside the target a value lies, or how good it is against a baseline; the least good decides for all.
    private static double Goodness(CheckSpec check, double value) =>
        !double.IsFinite(value) ? double.NegativeInfinity
        : check.Target is { } target ? Math.Min(value - (target.Low ?? double.NegativeInfinity), (target.High ?? double.PositiveInfinity) - value)
        : check.Better == Direction.Maximize ? value : -value;

    // NaN sorts first, and would pull the median down unseen.
    private static double Median(double[] values)
    {
        if (values.Any(double.IsNaN))
        {
            return double.NaN;
        }

        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
