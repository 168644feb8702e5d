using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>A page that lists runs.</summary>
public static class RunList
{
    /// <summary>Writes the page.</summary>
    /// <param name="runs">The runs, in the order of the page, each with the address of its report and what its project is called.</param>
    public static string Write(ImmutableArray<(Run Run, string Address, string Project)> runs)
    {
        var page = new Markup();
        PageFrame.Open(page, "GradientCI");
        page.Add($"<header><h1>Runs</h1></header>\n<section>\n");
        if (runs.IsEmpty)
        {
            page.Add($"<p class=\"muted\">Nothing has run yet.</p>\n");
        }
        else
        {
            page.Add($"<div class=\"scroll\"><table><thead><tr><th>Run</th><th></th><th class=\"number\">Best</th><th>Commit</th><th>Project</th><th>Recorded</th></tr></thead><tbody>\n");
            foreach (var (run, address, project) in runs)
            {
                Row(page, run, address, project);
            }

            page.Add($"</tbody></table></div>\n");
        }

        page.Add($"</section>\n");
        PageFrame.Close(page, "GradientCI");
        return page.ToString();
    }

    private static void Row(Markup page, Run run, string address, string project)
    {
        var word = Headline.OutcomeOf(run).ToString().ToLowerInvariant();
        var kind = word switch { "errored" => "failed", "cancelled" => "skipped", "queued" => "running", var same => same };
        page.Add($"<tr><td><a href=\"{address}\">{run.Id.ToString()}</a></td><td><span class=\"state {new Raw(kind)}\">{SummarySections.Sign(word)}{word}</span></td>");
        page.Add($"<td class=\"number\">{PlainText.Of(run.Front is null && run.Best is { } best ? ValueText.Of(best) : BestText.Of(run), 120)}</td>");
        page.Add($"<td class=\"wide\"><code>{run.Commit.Sha.Short}</code> {PlainText.Of(run.Commit.Subject, 80)}</td><td>{PlainText.Of(project, 100)}</td>");
        page.Add($"<td class=\"lines\">{Facts.Time(run.CreatedAt)}</td></tr>\n");
    }
}
