using System.Text;
using GradientCI.Comparisons;

namespace GradientCI.Cli.Output;

/// <summary>The trials of a run in their ranking, the first fifty.</summary>
internal static class TrialTable
{
    private const int Most = 50;

    public static string Of(Report report)
    {
        var objectives = report.Run.Run.Spec.Objectives;
        var table = new TextTable(
        [
            "TRIAL", .. objectives.Length > 1 ? ["FRONT"] : Array.Empty<string>(), "STATE", "PARAMETERS",
            .. objectives.IsEmpty ? [""] : objectives.Select(objective => Plain.Fit(objective.Metric, 30)), "TIME",
        ]);
        var trials = report.Ranking.Sets.SelectMany(set => set.Trials.Select(trial => (Set: set, Snapshot: trial))).ToList();
        foreach (var (set, snapshot) in trials.Take(Most))
        {
            var trial = snapshot.Trial;
            table.Add(
            [
                $".{trial.Id.Number}", .. objectives.Length > 1 ? [$"{set.Front}"] : Array.Empty<string>(), trial.Standing, Plain.Fit(trial.Parameters.ToString(), 60),
                .. objectives.IsEmpty ? [""] : objectives.Select(objective => TrialValues.Of(snapshot, objective) is { } value ? ValueText.Of(value) : ""),
                trial is { StartedAt: { } from, EndedAt: { } to } ? Plain.Duration(to - from) : "",
            ]);
        }

        var text = new StringBuilder().AppendLine().Append(table);
        return trials.Count > Most ? text.AppendLine($"… and {trials.Count - Most} more: gradientci report {report.Run.Run.Id}").ToString() : text.ToString();
    }
}
