using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Reports.Analysis;

/// <summary>Sentences on what is missing and what to do about it.</summary>
internal static class Advice
{
    public static ImmutableArray<string> Of(Report report)
    {
        var run = report.Run;
        var advice = ImmutableArray.CreateBuilder<string>();
        if (report.Tally.Ended == 0)
        {
            return run.Run.HasEnded ? ["No trial was run."] : [];
        }

        var succeeded = run.Trials.Count(trial => trial.Trial.State == TrialState.Succeeded);
        var first = run.Trials.FirstOrDefault(trial => trial.Trial.State.HasFailed());
        if (succeeded == 0 && first is not null)
        {
            advice.Add($"No trial succeeded. Look at the first one: gradientci logs {first.Trial.Id}");
        }

        if (!run.Trials.Any(trial => trial.Series.Keys.Any(metric => !ChartGroup.IsSystemMetric(metric))))
        {
            advice.Add("No trial printed a metric: print JSON lines, see docs/metrics.md.");
        }
        else if (report.Objective is null && report.Ranking.Sets.Length > 1)
        {
            advice.Add("Nothing says which trial is the best: give the experiment an objective, such as objective: { maximize: METRIC }.");
        }
        else if (succeeded > 0)
        {
            foreach (var objective in run.Run.Spec.Objectives.Where(objective => Values(report, objective).Length == 0))
            {
                advice.Add($"No trial printed {objective.Metric}, {(run.Run.Spec.Objectives.Length == 1 ? "the objective" : "an objective")}.");
            }
        }

        foreach (var objective in run.Run.Spec.Objectives)
        {
            var odd = Values(report, objective).Count(value => !double.IsFinite(value));
            if (odd > 0)
            {
                advice.Add($"{(odd == 1 ? "1 trial" : $"{odd:N0} trials")} ended with {objective.Metric} not finite (NaN or infinite); it never wins.");
            }
        }

        return advice.ToImmutable();
    }

    private static double[] Values(Report report, Objective objective) =>
        [.. report.Ranking.Sets.SelectMany(set => set.Results).Where(result => result.Objective == objective).SelectMany(result => result.Values)];
}
