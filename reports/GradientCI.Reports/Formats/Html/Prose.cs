using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace GradientCI.Reports.Formats.Html;

/// <summary>Foreign Markdown as HTML: its form is kept, its HTML is text, and its links and pictures are only their words.</summary>
internal static class Prose
{
    private const int LineLimit = 400;
    private const int WidthLimit = 1_000;
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    /// <summary>The fragment as HTML that can do nothing.</summary>
    public static Charts.Raw ToHtml(string markdown)
    {
        var text = PlainText.Lines(markdown, LineLimit, WidthLimit);
        try
        {
            var document = Markdig.Markdown.Parse(text, Pipeline);
            foreach (var link in document.Descendants<LinkInline>().ToArray())
            {
                link.ReplaceBy(new ContainerInline(), copyChildren: true);
            }

            foreach (var link in document.Descendants<AutolinkInline>().ToArray())
            {
                link.ReplaceBy(new LiteralInline(link.Url));
            }

            return new Charts.Raw(document.ToHtml(Pipeline));
        }
        catch (ArgumentException)
        {
            // Markdig's answer to a text that is nested too deeply.
            return new Charts.Raw(new Charts.Markup().Add($"<p>{text}</p>").ToString());
        }
    }
}
