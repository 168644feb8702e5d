using System.Collections.Immutable;
using GradientCI.Experiments;

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
        else if (report.Objective is not null && report.Outcomes.All(outcome => outcome.Value is null) && succeeded > 0)
        {
            advice.Add($"No trial printed {report.Objective.Metric}, the objective.");
        }

        var odd = report.Outcomes.Count(outcome => outcome.Value is not null && !outcome.HasValue);
        if (odd > 0)
        {
            advice.Add($"{(odd == 1 ? "1 trial" : $"{odd:N0} trials")} ended with {report.Objective!.Metric} not finite (NaN or infinite); it never wins.");
        }

        return advice.ToImmutable();
    }
}
