using GradientCI.Comparisons;
using static GradientCI.Reports.Formats.Markdown.MarkdownText;

namespace GradientCI.Reports.Formats.Markdown;

/// <summary>The sets between which several objectives leave the choice.</summary>
internal static class FrontSection
{
    private const int ParameterLimit = 120;

    /// <summary>The table of the front with at most so many rows; nothing with one objective.</summary>
    public static string Write(Report report, int rows)
    {
        var front = report.Ranking.Front;
        if (front.IsEmpty)
        {
            return "";
        }

        var writer = new MarkdownWriter();
        var objectives = report.Run.Run.Spec.Objectives;
        writer.Line($"").Line($"**The front**: {new MarkdownText(front.Length == 1 ? "one set beats all others" : $"{front.Length:N0} sets that no other beats in all objectives")}").Line($"");
        writer.Line($"| Trial |{new MarkdownText(string.Concat(objectives.Select(objective => $" {Code(objective.Metric, 60).Source} |")))} Parameters |");
        writer.Line($"| --- |{new MarkdownText(string.Concat(objectives.Select(_ => " ---: |")))} --- |");
        foreach (var set in front.Take(rows))
        {
            var cells = string.Concat(set.Results.Select(result => $" {Escape(DifferenceText.PlusMinus(result.Mean!.Value, result.HalfWidth)).Source} |"));
            var star = ReferenceEquals(set, report.Best) ? "★ " : "";
            writer.Line($"| {new MarkdownText(star)}.{set.Representative.Trial.Id.Number} |{new MarkdownText(cells)} {Code(set.Parameters.ToString(), ParameterLimit)} |");
        }

        _ = front.Length > rows ? writer.Line($"").Line($"… and {front.Length - rows} more in report.html") : writer;
        return writer.Line($"").Line($"★ is the best of {Code(objectives[0].Metric, 60)}: what checks and comparisons look at.").ToString();
    }
}
