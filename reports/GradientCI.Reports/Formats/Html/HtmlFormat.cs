using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>One self-contained page: no script, no network, and a policy that forbids both.</summary>
internal sealed class HtmlFormat : IReportFormat
{
    /// <inheritdoc/>
    public string Name => "html";

    /// <inheritdoc/>
    public string FileName => "report.html";

    /// <inheritdoc/>
    public string Write(Report report)
    {
        var page = new Markup();
        var run = report.Run.Run;
        PageFrame.Open(page, $"{run.Id} {report.Headline.Word}");
        SummarySections.Write(page, report);
        ComparisonSections.Write(page, report);
        FigureSections.Write(page, report);
        TrialSections.Write(page, report);
        ReproductionSection.Write(page, report);
        RecordSections.Write(page, report);
        PageFrame.Close(page, $"Made by GradientCI {run.Provenance.ProductVersion} from {run.Id} at {run.Commit.Sha.Short}");
        return page.ToString();
    }
}
