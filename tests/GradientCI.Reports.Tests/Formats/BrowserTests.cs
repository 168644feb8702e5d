using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using GradientCI.Testing;

namespace GradientCI.Reports.Formats;

public sealed partial class BrowserTests
{
    private const string Sign = "document.documentElement.setAttribute('data-owned',1)";

    private static readonly string[] Scripts =
        [.. Payloads.All.Where(text => text.Contains("alert(1)", StringComparison.Ordinal)).Select(text => text.Replace("alert(1)", Sign, StringComparison.Ordinal))];

    // Without the policy, so that the escaping stands alone; all pages in one, which a browser reads as one.
    [BrowserFact(Timeout = 120_000)]
    public async Task No_text_of_a_run_becomes_a_script_or_an_element()
    {
        var pages = Scripts.Select(text => Policy().Replace(ReportFormats.Html.Write(Report.From(Payloads.Everywhere(text, text))), "", 1)).ToList();

        var page = await ShowAsync(string.Concat(pages));

        page.DocumentElement.HasAttribute("data-owned").ShouldBeFalse();
        page.QuerySelectorAll("script, iframe, img, base, meta[http-equiv], details[open][ontoggle], [onclick], [onload], [onerror]").ShouldBeEmpty();
        page.QuerySelectorAll("h1").Length.ShouldBe(Scripts.Length);
    }

    [BrowserFact(Timeout = 120_000)]
    public async Task The_policy_of_a_report_stops_a_script_that_got_in()
    {
        var report = ReportFormats.Html.Write(Report.From(SampleReports.Single()));
        var attacked = report.Replace("</body>", $"<script>{Sign}</script><img src=x onerror=\"{Sign}\"></body>", StringComparison.Ordinal);

        var guarded = await ShowAsync(attacked);
        var unguarded = await ShowAsync(Policy().Replace(attacked, "", 1));

        guarded.DocumentElement.HasAttribute("data-owned").ShouldBeFalse();
        unguarded.DocumentElement.HasAttribute("data-owned").ShouldBeTrue();
    }

    private static async Task<IDocument> ShowAsync(string html) => new HtmlParser().ParseDocument(await Browser.ShowAsync(html));

    [GeneratedRegex("<meta http-equiv=\"?Content-Security-Policy[^>]*>", RegexOptions.None, 1_000)]
    private static partial Regex Policy();
}
