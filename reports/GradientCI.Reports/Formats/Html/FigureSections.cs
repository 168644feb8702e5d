using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>The charts.</summary>
internal static class FigureSections
{
    public static void Write(Markup page, Report report)
    {
        foreach (var group in Figures.Of(report))
        {
            _ = group.IsFolded
                ? page.Add($"<section><details><summary><h2>{group.Title}</h2></summary>\n<div class=\"figures\">\n")
                : page.Add($"<section><h2>{group.Title}</h2>\n<div class=\"figures\">\n");
            foreach (var figure in group.Items)
            {
                Write(page, figure);
            }

            page.Add($"</div>\n");
            _ = group.Note.Length > 0 ? page.Add($"<p class=\"muted\">{group.Note}</p>\n") : page;
            page.Add($"{new Raw(group.IsFolded ? "</details>" : "")}</section>\n");
        }
    }

    private static void Write(Markup page, Figure figure)
    {
        page.Add($"<figure><h3>{PlainText.Of(figure.Title, 80)}</h3>\n{new Raw(figure.Svg)}\n<figcaption>");
        foreach (var entry in figure.Legend)
        {
            page.Add($"<span class=\"entry\">{Swatch(entry)}{PlainText.Of(entry.Text, 60)}</span> ");
        }

        _ = figure.Note.Length > 0 ? page.Add($"<span class=\"note\">{figure.Note}</span>") : page;
        page.Add($"</figcaption></figure>\n");
    }

    private static Raw Swatch(LegendEntry entry) => new("<svg class=\"chart swatch\" viewBox=\"0 0 22 10\" aria-hidden=\"true\">" + entry.Mark switch
    {
        Mark.Line => $"<path class=\"curve {entry.Style}\" d=\"M1 5H21\"/>",
        Mark.Band => $"<path class=\"{entry.Style}\" d=\"M1 0H21V10H1z\"/>",
        Mark.Dot => $"<circle class=\"{entry.Style}\" cx=\"11\" cy=\"5\" r=\"4\"/>",
        Mark.Dash => $"<path class=\"{entry.Style}\" d=\"M8 5h6\"/>",
        _ => "<path class=\"cross\" d=\"M8 2l6 6m0-6l-6 6\"/>",
    } + "</svg>");
}
