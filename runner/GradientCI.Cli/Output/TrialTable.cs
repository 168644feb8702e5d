using System.Text;
using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Cli.Output;

/// <summary>The trials of a run in their ranking, the first fifty.</summary>
internal static class TrialTable
{
    private const int Most = 50;

    public static string Of(Report report)
    {
        var table = new TextTable("TRIAL", "STATE", "PARAMETERS", report.Run.Run.Spec.Objective?.Metric ?? "", "TIME");
        var trials = report.Ranking.Sets.SelectMany(set => set.Trials).ToList();
        foreach (var snapshot in trials.Take(Most))
        {
            var trial = snapshot.Trial;
            table.Add(
                $".{trial.Id.Number}", trial.Standing, Plain.Fit(trial.Parameters.ToString(), 60), Objective(report, snapshot),
                trial is { StartedAt: { } from, EndedAt: { } to } ? Plain.Duration(to - from) : "");
        }

        var text = new StringBuilder().AppendLine().Append(table);
        return trials.Count > Most ? text.AppendLine($"… and {trials.Count - Most} more: gradientci report {report.Run.Run.Id}").ToString() : text.ToString();
    }

    private static string Objective(Report report, TrialSnapshot trial) =>
        report.Run.Run.Spec.Objective is { } objective && TrialValues.Of(trial, objective) is { } value ? ValueText.Of(value) : "";
}
