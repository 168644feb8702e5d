using System.Collections.Immutable;
using System.Text;
using GradientCI.Comparisons;
using GradientCI.Reports.Formats.Markdown;
using static GradientCI.Reports.Formats.Markdown.MarkdownText;

namespace GradientCI.Reports.Comments;

/// <summary>What was asked for in comments, and what became of it: a list in the one comment.</summary>
/// <remarks>No line begins with a command, so that nobody, ourselves included, takes one of ours for another.</remarks>
internal static class CommandSection
{
    private const int Room = 10_000;
    private const int MostMetrics = 6;
    private const int MostLines = 12;
    private const int SentenceLimit = 600;

    /// <summary>The list, the newest commands where there is no room for all; nothing when there are none.</summary>
    public static string Write(ImmutableArray<CommentedCommand> commands)
    {
        var (items, room) = (new List<string>(), Room);
        foreach (var item in commands.Reverse().Select(Item))
        {
            room -= Encoding.UTF8.GetByteCount(item);
            if (room < 0)
            {
                break;
            }

            items.Insert(0, item);
        }

        return items.Count == 0 ? "" : $"\n**Commands**\n\n{string.Concat(items)}";
    }

    private static string Item(CommentedCommand command)
    {
        var lines = command.Sentence.Split('\n');
        var writer = new MarkdownWriter();
        writer.Line($"- {new MarkdownText(command.IsDone ? "🚀" : "😕")} {Code(command.Text)} by {Code(command.By)}: {Escape(lines[0], SentenceLimit)}");
        foreach (var line in lines.Skip(1).Take(MostLines))
        {
            _ = line.Split('\t', 2) is [var term, var meaning] ? writer.Line($"  - {Code(term)} {meaning}") : writer.Line($"  - {line}");
        }

        foreach (var result in command.Results)
        {
            writer.Add($"{new MarkdownText(Result(result))}");
        }

        return writer.ToString();
    }

    private static string Result(CommandedResult result)
    {
        var (run, report) = (result.Told.Run, result.Told.Report);
        var outcome = report?.Headline.Outcome ?? Headline.OutcomeOf(run);
        var name = Code(run.Id.ToString());
        var linked = result.Told.Links is { } links ? new MarkdownText($"[{name.Source}]({links.Page})") : name;
        var writer = new MarkdownWriter();
        if (result.Against is not { } against)
        {
            var phrases = report is null ? "" : ": " + string.Join(" · ", report.Headline.Phrases.Select(phrase => Escape(phrase).Source));
            return writer.Line($"  - {OutcomeSign.Of(outcome)} {linked} {outcome.ToString().ToLowerInvariant()}{new MarkdownText(phrases)}").ToString();
        }

        writer.Line($"  - {linked} against {Code(against.ToString())}{new MarkdownText(report is null ? $": the comparison follows when {name.Source} has ended" : "")}");
        foreach (var metric in report?.Comparison?.Metrics.Take(MostMetrics) ?? [])
        {
            writer.Line($"    - {Code(metric.Metric, 80)} {new MarkdownText(Values(metric))}{DifferenceText.Phrase(metric)}{new MarkdownText(Sign(metric.Verdict))}");
        }

        _ = report?.Comparison?.Front is { } front ? writer.Line($"    - hypervolume {FrontText.Phrase(front)}{new MarkdownText(Sign(front.Verdict))}") : writer;
        return writer.ToString();
    }

    private static string Values(MetricComparison metric) =>
        metric is { Value: { } value, Baseline: { } before } ? $"{Escape(ValueText.Of(value)).Source}, was {Escape(ValueText.Of(before)).Source}: " : "";

    private static string Sign(Verdict verdict) => verdict switch { Verdict.Better => " ▲", Verdict.Worse => " ▼", _ => "" };
}
