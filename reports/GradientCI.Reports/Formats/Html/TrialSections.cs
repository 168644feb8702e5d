using GradientCI.Experiments;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>The table of parameter sets.</summary>
internal static class TrialSections
{
    private const int Shown = 20;
    private const int RowLimit = 500;
    private const int ColumnLimit = 16;

    public static void Write(Markup page, Report report)
    {
        var table = TrialTable.Of(report, RowLimit, ColumnLimit);
        if (table.Total == 0)
        {
            return;
        }

        page.Add($"<section><h2>Trials <span class=\"muted\">{report.Tally.ToString()}</span></h2>\n");
        Rows(page, table, 0, Shown);
        if (table.Rows.Length > Shown)
        {
            page.Add($"<details><summary>{table.Rows.Length - Shown} more parameter sets</summary>\n");
            Rows(page, table, Shown, RowLimit);
            page.Add($"</details>\n");
        }

        page.Add($"{SummarySections.More(table.Total - table.Rows.Length, "parameter sets, in trials.csv")}");
        page.Add($"{SummarySections.More(table.HiddenColumns, "columns, in trials.csv")}</section>\n");
    }

    private static void Rows(Markup page, TrialTable table, int from, int to)
    {
        page.Add($"<div class=\"scroll\"><table class=\"trials\"><thead><tr><th class=\"number\">{(table.HasFronts ? "Front" : "Rank")}</th><th>Trial</th>");
        foreach (var column in table.Columns)
        {
            page.Add($"<th{new Raw(column.IsMetric ? " class=\"number\"" : "")}>{PlainText.Of(column.Name, 60)}</th>");
        }

        page.Add($"<th>State</th><th class=\"number\">Time</th></tr></thead><tbody>\n");
        for (var index = from; index < Math.Min(to, table.Rows.Length); index++)
        {
            var rank = table.HasFronts ? table.Rows[index].Front : index + 1;
            Row(page, table, table.Rows[index], rank is { } number ? $"{number}" : "–");
        }

        page.Add($"</tbody></table></div>\n");
    }

    private static void Row(Markup page, TrialTable table, TrialRow row, string rank)
    {
        page.Add($"<tr{new Raw(row.IsBest ? " class=\"best\"" : "")}><td class=\"number\">{rank}{new Raw(row.IsBest ? " <abbr title=\"the best\">★</abbr>" : "")}</td><td>{row.Trials}</td>");
        for (var column = 0; column < row.Cells.Length; column++)
        {
            page.Add($"<td{new Raw(table.Columns[column].IsMetric ? " class=\"number\"" : "")}>{PlainText.Of(row.Cells[column], 80)}</td>");
        }

        var kind = row.Worst.HasFailed() ? "failed" : row.Worst switch
        {
            TrialState.Succeeded => "passed",
            TrialState.Cancelled or TrialState.Pruned => "skipped",
            _ => "running",
        };
        page.Add($"<td><span class=\"state {new Raw(kind)}\">{SummarySections.Sign(kind)}{row.State}</span>");
        _ = row.Broken.Length > 0 ? page.Add($" <span class=\"bad\">{PlainText.Of(row.Broken, 160)}</span>") : page;
        page.Add($"</td><td class=\"number\">{row.Took}</td></tr>\n");
    }
}
