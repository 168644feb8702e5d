using System.Text;
using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Cli.Output;

/// <summary>A run on one screen: did it pass, what is best, against what, where is the report.</summary>
internal static class Summary
{
    private const int MostOfFront = 4;

    /// <summary>The summary, ending with the report's path when it was written.</summary>
    public static string Of(Report report, string? folder)
    {
        var run = report.Run.Run;
        var text = new StringBuilder();
        text.AppendLine($"{run.Id}  {RunWords.Of(run)}  {run.Commit.Sha.Short} {Plain.Fit(run.Commit.Subject, 60)}");
        foreach (var reason in report.Conclusion.Reasons)
        {
            text.AppendLine($"  {Plain.Line(reason)}");
        }

        if (report.Ranking.Best is { } best)
        {
            text.AppendLine($"  best      {Values(best)}{Plain.Line(best.Parameters.ToString())}  ({best.Representative.Trial.Id})");
        }

        foreach (var other in report.Ranking.Front.Skip(1).Take(MostOfFront))
        {
            text.AppendLine($"  or        {Values(other)}{Plain.Line(other.Parameters.ToString())}  ({other.Representative.Trial.Id})");
        }

        if (report.Ranking.Front.Length > MostOfFront + 1)
        {
            text.AppendLine($"  or        {Plain.Count(report.Ranking.Front.Length - MostOfFront - 1, "more set")} on the front");
        }

        if (WarmStartText.Of(run) is { Length: > 0 } known)
        {
            text.AppendLine($"  known     {Plain.Line(known)}");
        }

        if (report.Savings is { } savings)
        {
            text.AppendLine($"  reused    {savings}");
        }

        if (run.Provenance.ImageDigest is { Length: > 0 } digest)
        {
            text.AppendLine($"  image     {Plain.Line(run.Spec.Image ?? $"built by {run.Spec.Build?.Dockerfile}")}{(run.Provenance.BaseImageDigest.Length > 0 ? ", set up" : "")}  {Plain.Line(digest)}");
        }

        foreach (var check in report.Checks)
        {
            var sign = check.Status switch { CheckStatus.Passed => "✓", CheckStatus.Failed => "✗", _ => "–" };
            text.AppendLine($"  {sign} {Plain.Line(check.Spec.Metric)}: {Plain.Line(check.Text)}{(check.Spec.Required ? "" : " (not required)")}");
        }

        text.Append(OfComparison(report));
        if (report.Run.Trials.Any(trial => trial.Trial.State.HasFailed()))
        {
            var failed = report.Run.Trials.First(trial => trial.Trial.State.HasFailed()).Trial;
            text.AppendLine($"  the first that failed, {failed.Id}: {Plain.Line(failed.Reason)}");
            text.AppendLine($"  its log: gradientci logs {failed.Id}");
        }

        foreach (var note in run.Notices.Concat(report.Advice))
        {
            text.AppendLine($"  note: {Plain.Line(note)}");
        }

        return folder is null ? text.ToString() : text.AppendLine($"  report    {Path.Combine(folder, "report.html")}").ToString();
    }

    /// <summary>Only what differs from the baseline.</summary>
    public static string OfComparison(Report report)
    {
        var run = report.Run.Run;
        if (report.Comparison is not { } comparison)
        {
            return run.BaselineNote.Length > 0 ? $"  baseline  none: {Plain.Line(run.BaselineNote)}\n" : "";
        }

        var text = new StringBuilder($"  compared with {run.Baseline}");
        text.AppendLine(run.BaselineNote.Length > 0 ? $": {Plain.Line(run.BaselineNote)}" : "");
        foreach (var metric in comparison.Metrics)
        {
            text.AppendLine($"    {Plain.Line(metric.Metric)}  {Text(metric.Baseline)} → {Text(metric.Value)}  {DifferenceText.Phrase(metric)}");
        }

        _ = comparison.Front is { } front ? text.AppendLine($"    hypervolume  {ValueText.Of(front.Baseline)} → {ValueText.Of(front.Value)}  {FrontText.Size(front)}, {FrontText.Evidence(front)}") : text;
        foreach (var change in comparison.Parameters.Concat(comparison.Manifest))
        {
            text.AppendLine($"    {Plain.Line(change.Name)}: {Plain.Line(change.Before ?? "none")} → {Plain.Line(change.After ?? "none")}");
        }

        if (!run.Changes.IsEmpty)
        {
            text.AppendLine($"    code: {Plain.Count(run.Changes.Length, "file")}, +{run.Changes.Sum(change => change.Added ?? 0)} −{run.Changes.Sum(change => change.Deleted ?? 0)} lines");
        }

        return text.ToString();
    }

    private static string Text(double? value) => value is { } number ? ValueText.Of(number) : "none";

    private static string Values(ParameterSetResult set) => string.Concat(set.Results
        .Where(result => result.Mean is not null)
        .Select(result => $"{Plain.Line(result.Objective.Metric)} {ValueText.Of(result.Mean!.Value)}{Spread(result)}  "));

    private static string Spread(ObjectiveResult result) =>
        result.HalfWidth is { } half ? $" ± {ValueText.Of(half)} (n = {result.Values.Length})" : "";
}
