using System.Text;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Runner;

namespace GradientCI.Cli.Output;

/// <summary>Everything about one trial.</summary>
internal static class TrialDetails
{
    public static string Of(TrialSnapshot snapshot, IEnumerable<LiveLink> live, DataFolder data)
    {
        var trial = snapshot.Trial;
        var text = new StringBuilder();
        text.AppendLine($"{trial.Id}  {trial.Standing}  {Plain.Line(trial.Reason)}".TrimEnd());
        text.AppendLine($"  parameters   {Plain.Line(trial.Parameters.ToString())}");
        text.AppendLine($"  seed         {trial.Seed} (repeat {trial.Repeat} of set {trial.ParameterSetNumber})");
        text.AppendLine($"  command      {Plain.Line(string.Join(' ', trial.Command))}");
        text.AppendLine($"  fingerprint  {trial.Fingerprint}");
        foreach (var attempt in trial.Attempts)
        {
            var took = attempt is { StartedAt: { } from, EndedAt: { } to } ? Plain.Duration(to - from) : "";
            text.AppendLine($"  attempt {attempt.Id.Number}    {attempt.Outcome?.Word() ?? "running"}  {took}  {Plain.Line(attempt.Reason)}".TrimEnd());
            text.AppendLine($"  log          {data.Log(attempt.Id)}");
        }

        foreach (var link in live.Where(link => link.Trial == trial.Id))
        {
            text.AppendLine(Plain.Line($"  port {link.Port,-7} {link.Address}"));
        }

        if (trial.CachedFrom is { } origin)
        {
            text.AppendLine($"  taken over   from {origin}{(trial.Saved is { } saved ? $", which took {Plain.Duration(saved)}" : "")}");
            text.AppendLine($"  log          {data.Log(trial)}");
        }

        if (Directory.Exists(data.Artifacts(trial)))
        {
            text.AppendLine($"  artifacts    {data.Artifacts(trial)}");
        }

        var table = new TextTable("METRIC", "POINTS", "FIRST", "LAST", "MIN", "MAX");
        foreach (var (metric, series) in snapshot.Series)
        {
            var summary = series.Summary;
            table.Add(
                metric, $"{summary.Count}", ValueText.Of(summary.First.Y), ValueText.Of(summary.Last.Y), ValueText.Of(summary.Min), ValueText.Of(summary.Max));
        }

        return text.AppendLine().Append(table).ToString();
    }
}
