using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>The end of the page: notes, provenance, notices.</summary>
internal static class RecordSections
{
    private const int NoticeLimit = 50;

    public static void Write(Markup page, Report report)
    {
        if (report.Notes.Length > 0)
        {
            page.Add($"<section><h2>Notes of the best trial</h2>\n<div class=\"prose\">{Prose.ToHtml(report.Notes)}</div></section>\n");
        }

        page.Add($"<section><h2>Provenance</h2>\n<dl class=\"facts\">\n");
        foreach (var fact in Facts.Of(report))
        {
            _ = fact.IsCode
                ? page.Add($"<dt>{fact.Name}</dt><dd><code>{PlainText.Of(fact.Value, 400)}</code></dd>\n")
                : page.Add($"<dt>{fact.Name}</dt><dd>{PlainText.Of(fact.Value, 400)}</dd>\n");
        }

        page.Add($"</dl></section>\n");
        var notices = report.Run.Run.Notices;
        if (!notices.IsEmpty)
        {
            page.Add($"<section><h2>Notices</h2>\n<ul>\n");
            foreach (var notice in notices.Take(NoticeLimit))
            {
                page.Add($"<li>{PlainText.Of(notice, 400)}</li>\n");
            }

            page.Add($"</ul>{SummarySections.More(notices.Length - NoticeLimit, "notices, in report.json")}</section>\n");
        }
    }
}
