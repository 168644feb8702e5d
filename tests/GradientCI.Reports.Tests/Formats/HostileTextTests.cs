using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Markdig;

namespace GradientCI.Reports.Formats;

public sealed partial class HostileTextTests
{
    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    private static readonly HashSet<string> HtmlAttributes = new(StringComparer.Ordinal)
    {
        "lang", "charset", "http-equiv", "content", "name", "class", "viewBox", "xmlns", "role", "d", "x", "y", "cx", "cy", "r", "text-anchor", "title", "aria-hidden", "aria-label",
    };

    private static readonly HashSet<string> MarkdownElements = new(StringComparer.Ordinal)
    {
        "html", "head", "body", "h2", "p", "strong", "code", "pre", "div", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "details", "summary", "br",
    };

    public static TheoryData<int> Indexes => Payloads.Indexes;

    [Fact]
    public void The_corpus_is_large_enough() => Payloads.All.Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(60);

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_text_never_becomes_HTML(int index)
    {
        var plain = Parse(ReportFormats.Html.Write(Report.From(Payloads.Everywhere("plain", ""))));

        var page = Parse(ReportFormats.Html.Write(Report.From(Payloads.Everywhere(Payloads.All[index], ""))));

        Skeleton(page).ShouldBe(Skeleton(plain), $"{Payloads.All[index]}");
        ShouldBeInert(page);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void The_name_of_an_objective_among_several_stays_a_name(int index)
    {
        var plain = Parse(ReportFormats.Html.Write(Report.From(Payloads.OfSeveral("plain"))));
        var report = Report.From(Payloads.OfSeveral(Payloads.All[index]));

        var page = Parse(ReportFormats.Html.Write(report));
        var comment = Parse(Markdig.Markdown.ToHtml(ReportFormats.Markdown.Write(report), GitHub));

        report.Ranking.Front.ShouldNotBeEmpty();
        Skeleton(page).ShouldBe(Skeleton(plain), $"{Payloads.All[index]}");
        ShouldBeInert(page);
        comment.All.Select(element => element.LocalName).ShouldAllBe(name => MarkdownElements.Contains(name));
        comment.QuerySelectorAll("table").ShouldAllBe(table => table.QuerySelectorAll("tr").Select(row => row.Children.Length).Distinct().Count() == 1);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Notes_become_HTML_that_can_do_nothing(int index)
    {
        var page = Parse(ReportFormats.Html.Write(Report.From(Payloads.Everywhere("plain", $"# Notes\n\n{Payloads.All[index]}\n\n| a | b |\n| - | - |\n| {Payloads.All[index]} | 2 |\n"))));

        ShouldBeInert(page);
        page.QuerySelector(".prose")!.TextContent.ShouldContain("Notes");
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_text_never_becomes_Markdown(int index)
    {
        var text = ReportFormats.Markdown.Write(Report.From(Payloads.Everywhere(Payloads.All[index], Payloads.All[index])));

        ShouldFit(text);
        var page = Parse(Markdig.Markdown.ToHtml(text, GitHub));
        page.Descendants<IComment>().Count().ShouldBe(1);
        foreach (var element in page.All)
        {
            MarkdownElements.Contains(element.LocalName).ShouldBeTrue(element.LocalName);
            element.Attributes.Select(attribute => attribute.Name).ShouldAllBe(name => name == "class" || name == "style" || name == "id");
        }

        foreach (var table in page.QuerySelectorAll("table"))
        {
            table.QuerySelectorAll("tr").Select(row => row.Children.Length).Distinct().Count().ShouldBe(1);
        }

        // GitHub looks for mentions, numbers and addresses in the rendered text, but not in code.
        foreach (var node in page.Descendants<IText>().Where(node => !node.Ancestors<IElement>().Any(element => element.LocalName is "code" or "pre" || element.ClassName == "mermaid")))
        {
            Linked().IsMatch(node.Data).ShouldBeFalse(node.Data);
            Invisible().IsMatch(node.Data).ShouldBeFalse(node.Data);
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void The_comment_of_a_broken_run_is_as_safe(int index)
    {
        var input = Payloads.Everywhere(Payloads.All[index], "");
        var run = input.Run.Run with { State = Experiments.RunState.Errored };

        var page = Parse(Markdig.Markdown.ToHtml(ReportFormats.Markdown.Write(Report.From(input with { Run = input.Run with { Run = run } })), GitHub));

        page.All.Select(element => element.LocalName).ShouldAllBe(name => MarkdownElements.Contains(name));
        page.QuerySelector("h2")!.TextContent.ShouldContain("errored");
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void JSON_stays_JSON_and_CSV_keeps_its_columns(int index)
    {
        var report = Report.From(Payloads.Everywhere(Payloads.All[index], Payloads.All[index]));

        using var json = JsonDocument.Parse(ReportFormats.Json.Write(report));
        var rows = ReportFormats.Csv.Write(report).TrimEnd('\n').Split('\n').Select(CellCount).ToArray();

        json.RootElement.GetProperty("trials").GetArrayLength().ShouldBe(8);
        rows.Length.ShouldBe(9);
        rows.Distinct().Count().ShouldBe(1);
    }

    private static IDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    private static string Skeleton(IDocument page) =>
        string.Join(' ', page.All.Where(element => element.Closest("svg") is null).Select(element => element.LocalName));

    private static void ShouldBeInert(IDocument page)
    {
        page.QuerySelector("meta[http-equiv=Content-Security-Policy]")!.GetAttribute("content")!.ShouldStartWith("default-src 'none'; style-src 'sha256-");
        page.QuerySelectorAll("script, iframe, img, image, a, link, base, form, input, object, embed, foreignObject, use, animate, set").Length.ShouldBe(0);
        page.QuerySelectorAll("style").Length.ShouldBe(1);
        page.All.SelectMany(element => element.Attributes).Select(attribute => attribute.Name).Distinct(StringComparer.Ordinal).ShouldAllBe(name => HtmlAttributes.Contains(name));
        page.All.SelectMany(element => element.Attributes).Where(attribute => attribute.Name != "xmlns").Select(attribute => attribute.Value)
            .ShouldAllBe(value => !value.Contains("//", StringComparison.Ordinal) && !value.Contains("script", StringComparison.Ordinal) || value.StartsWith("default-src", StringComparison.Ordinal));
        Invisible().IsMatch(page.Body!.TextContent).ShouldBeFalse();
    }

    private static void ShouldFit(string text) =>
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text).ShouldBeLessThanOrEqualTo(60_000);

    private static int CellCount(string row)
    {
        var quoted = false;
        return 1 + row.Count(letter =>
        {
            quoted ^= letter == '"';
            return letter == ',' && !quoted;
        });
    }

    [GeneratedRegex(@"@|#\d|\bGH-\d|://|www\.|\b[0-9a-f]{7,40}\b|:[a-z_]+:|\$", RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex Linked();

    [GeneratedRegex(@"[\u0000-\u0008\u000B-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]", RegexOptions.None, 1_000)]
    private static partial Regex Invisible();
}
