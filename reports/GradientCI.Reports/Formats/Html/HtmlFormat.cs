using System.Security.Cryptography;
using System.Text;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>One self-contained page: no script, no network, and a policy that forbids both.</summary>
internal sealed class HtmlFormat : IReportFormat
{
    private static readonly string Style = ReadStyle();

    // The policy names the style by its digest, so that nothing else on the page can bring one.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'";

    /// <inheritdoc/>
    public string Name => "html";

    /// <inheritdoc/>
    public string FileName => "report.html";

    /// <inheritdoc/>
    public string Write(Report report)
    {
        var page = new Markup();
        var run = report.Run.Run;
        page.Add($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"{new Raw(Policy)}\">\n");
        page.Add($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        page.Add($"<title>{run.Id.ToString()} {report.Headline.Word}</title>\n<style>{new Raw(Style)}</style>\n</head>\n<body>\n<main>\n");
        SummarySections.Write(page, report);
        ComparisonSections.Write(page, report);
        FigureSections.Write(page, report);
        TrialSections.Write(page, report);
        RecordSections.Write(page, report);
        page.Add($"</main>\n<footer>Made by GradientCI {run.Provenance.ProductVersion} from {run.Id.ToString()} at {run.Commit.Sha.Short}</footer>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static string ReadStyle()
    {
        using var stream = typeof(HtmlFormat).Assembly.GetManifestResourceStream("GradientCI.Reports.Formats.Html.report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
