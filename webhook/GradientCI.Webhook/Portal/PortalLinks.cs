using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Reports.Charts;
using GradientCI.Reports.Comments;

namespace GradientCI.Webhook.Portal;

/// <summary>Addresses of the portal's pages that carry their own permission.</summary>
/// <param name="PublicUrl">Where the world reaches the service.</param>
/// <param name="Key">Signs them.</param>
public sealed record PortalLinks(Uri PublicUrl, PortalKey Key)
{
    private const int Charts = 4;

    /// <summary>The list of runs, for whoever runs the service: it leads to every page.</summary>
    public string Home => Signed("/");

    /// <summary>The page of a run.</summary>
    public string Page(RunId run) => Signed(PathOf(run));

    /// <summary>The page of a report and its first charts.</summary>
    public ReportLinks Of(Report report)
    {
        var run = report.Run.Run.Id;
        return new ReportLinks(Page(run), [.. ReportCharts.Of(report).Take(Charts).Select(chart => new ChartLink(chart.Title, Signed(PathOf(run, chart.Name))))]);
    }

    /// <summary>The path that what the page of a run refers to is relative to, without a slash at the end.</summary>
    internal static string FolderOf(RunId run) => PathOf(run)[..^$"/{run.Number}".Length];

    internal static string PathOf(RunId run) => $"/runs/{Uri.EscapeDataString(run.Project.Value)}/{Uri.EscapeDataString(run.Experiment)}/{run.Number}";

    internal static string PathOf(RunId run, string chart) => $"{PathOf(run)}/charts/{Uri.EscapeDataString(chart)}.svg";

    private string Signed(string path) => $"{PublicUrl.AbsoluteUri.TrimEnd('/')}{path}?sig={Key.Sign(path)}";
}
