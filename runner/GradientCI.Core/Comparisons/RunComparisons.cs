using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Comparisons;

/// <summary>Holds a run against its baseline.</summary>
public static class RunComparisons
{
    /// <summary>A difference whose p is below this counts.</summary>
    public const double Significance = 0.05;

    /// <summary>Compares the best parameter set of each; <see cref="RunComparison.Manifest"/> is left empty.</summary>
    /// <remarks>
    /// A metric is the mean over a set's succeeded repeats: of the last value, or of the objective's own aggregate.
    /// What the baseline's manifest says of objectives and checks does not matter. Metrics under
    /// <see cref="MetricLimits.SystemPrefix"/> are left out: they describe the machine.
    /// </remarks>
    public static RunComparison Compare(RunSnapshot run, RunSnapshot baseline)
    {
        var ranking = Rankings.Rank(run);
        var (best, other) = (ranking.Best, Rankings.Rank(baseline).Best);
        return new RunComparison(
            [.. Metrics(run.Run.Spec, best, other).Select(metric => CompareMetric(metric, run.Run.Spec, best, other))],
            best is null || other is null ? [] : Changes(other.Parameters, best.Parameters),
            [])
        {
            Front = FrontComparisons.Compare(run.Run.Spec, ranking, baseline),
        };
    }

    private static IEnumerable<string> Metrics(ExperimentSpec spec, ParameterSetResult? best, ParameterSetResult? other)
    {
        var seen = new[] { best, other }
            .OfType<ParameterSetResult>()
            .SelectMany(set => set.Trials.Where(trial => trial.Trial.State == TrialState.Succeeded))
            .SelectMany(trial => trial.Series.Keys)
            .Where(metric => !metric.StartsWith(MetricLimits.SystemPrefix, StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
        return spec.Objectives.Select(objective => objective.Metric)
            .Concat(spec.Checks.Select(check => check.Metric))
            .Where(seen.Contains)
            .Concat(seen.Order(StringComparer.Ordinal))
            .Distinct(StringComparer.Ordinal);
    }

    private static MetricComparison CompareMetric(string metric, ExperimentSpec spec, ParameterSetResult? best, ParameterSetResult? other)
    {
        var objective = spec.Objectives.FirstOrDefault(objective => objective.Metric == metric);
        double[] values = ValuesOf(best), others = ValuesOf(other);
        var comparison = new MetricComparison
        {
            Metric = metric,
            Better = objective?.Direction ?? BetterByCheck(metric, spec),
            Value = values.Length == 0 ? null : Sample.MeanOf(values),
            Baseline = others.Length == 0 ? null : Sample.MeanOf(others),
            Count = values.Length,
            BaselineCount = others.Length,
            PValue = WelchTest.Compare(values, others)?.PValue,
        };
        return comparison with { Verdict = Judge(comparison) };

        double[] ValuesOf(ParameterSetResult? set) => TrialValues.OfSucceeded(
            set?.Trials ?? [],
            trial => objective is null ? TrialValues.Of(trial, metric, CheckAggregate.Last) : TrialValues.Of(trial, objective));
    }

    // A check says which way is better: in words, or by a target that is open on the better side.
    private static Direction? BetterByCheck(string metric, ExperimentSpec spec) =>
        spec.Checks.FirstOrDefault(check => check.Metric == metric) switch
        {
            { AgainstBase: true } check => check.Better,
            { Target: { Low: not null, High: null } } => Direction.Maximize,
            { Target: { Low: null, High: not null } } => Direction.Minimize,
            _ => null,
        };

    private static Verdict Judge(MetricComparison metric)
    {
        if (metric.Value is not { } value || metric.Baseline is not { } baseline)
        {
            return Verdict.Unknown;
        }

        if (value.Equals(baseline))
        {
            return Verdict.Unchanged;
        }

        if (metric.PValue >= Significance)
        {
            return Verdict.WithinNoise;
        }

        // What is not finite is worse than anything finite; two such values cannot be told apart.
        return metric.Better is not { } better || (!double.IsFinite(value) && !double.IsFinite(baseline)) ? Verdict.Different
            : new Objective(metric.Metric, better).IsBetter(value, baseline) ? Verdict.Better
            : Verdict.Worse;
    }

    private static ImmutableArray<ValueChange> Changes(ParameterSet before, ParameterSet after) =>
    [
        .. after.Select(item => item.Key)
            .Concat(before.Select(item => item.Key))
            .Distinct(StringComparer.Ordinal)
            .Where(name => before[name] != after[name])
            .Select(name => new ValueChange(name, before[name]?.ToString(), after[name]?.ToString())),
    ];
}
