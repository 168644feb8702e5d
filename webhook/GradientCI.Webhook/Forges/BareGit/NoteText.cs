using System.Text;
using GradientCI.Reports.Analysis;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>The results of a commit as a short text, for a note.</summary>
public static class NoteText
{
    private const int MaxBytes = 4 << 10;
    private const int Width = 300;
    private const int MostReasons = 5;

    /// <summary>
    /// A line for each experiment, by name, with its newest run: state, best value, difference, checks, trials; below it why it did not pass.
    /// </summary>
    /// <returns>At most 4 KiB of UTF-8; the same text for the same reports.</returns>
    public static string Of(IReadOnlyList<Report> reports)
    {
        var blocks = reports
            .GroupBy(report => report.Run.Run.Id.Experiment, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Block(group.MaxBy(report => report.Run.Run.Id.Number)!))
            .ToList();
        var text = new StringBuilder();
        var room = MaxBytes - 100;
        foreach (var (block, at) in blocks.Select((block, at) => (block, at)))
        {
            room -= Encoding.UTF8.GetByteCount(block);
            if (room < 0)
            {
                return text.Append($"… and {blocks.Count - at} more; see gradientci list\n").ToString();
            }

            text.Append(block);
        }

        return text.ToString();
    }

    private static string Block(Report report)
    {
        var headline = report.Headline;
        var line = $"{report.Run.Run.Id} {headline.Word}: {string.Join(", ", headline.Phrases)}";
        return string.Concat(headline.Reasons.Take(MostReasons).Select(reason => "  " + PlainText.Of(reason, Width)).Prepend(PlainText.Of(line, Width)).Select(each => each + "\n"));
    }
}
