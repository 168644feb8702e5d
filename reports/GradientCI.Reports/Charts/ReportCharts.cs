using System.Collections.Immutable;
using System.Text;

namespace GradientCI.Reports.Charts;

/// <summary>A chart of a report as a picture of its own.</summary>
/// <param name="Name">Its name among the report's charts: <c>1</c>.</param>
/// <param name="Title">What it shows; untrusted text.</param>
/// <param name="Svg">The picture with its style: no script, no network.</param>
public sealed record ReportChart(string Name, string Title, string Svg);

/// <summary>The charts of a report as pictures that can stand anywhere.</summary>
public static class ReportCharts
{
    private const string Opening = "<svg class=\"chart\" ";
    private static readonly string Style = ReadStyle();

    /// <summary>All charts, the most telling first.</summary>
    public static ImmutableArray<ReportChart> Of(Report report) =>
    [
        .. Figures.Of(report).SelectMany(group => group.Items).Select((figure, at) => new ReportChart($"{at + 1}", figure.Title, Alone(figure.Svg))),
    ];

    private static string Alone(string svg)
    {
        var opened = svg.IndexOf('>', StringComparison.Ordinal) + 1;
        return $"{Opening}width=\"640\" height=\"360\" {svg[Opening.Length..opened]}<style>{Style}</style>{svg[opened..]}\n";
    }

    // The colours of both schemes, and the rules of charts: the page has one style, and pictures a part of it.
    private static string ReadStyle()
    {
        using var stream = typeof(ReportCharts).Assembly.GetManifestResourceStream("GradientCI.Reports.Formats.Html.report.css")!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n');
        var colours = lines.TakeWhile(line => !line.StartsWith('*'));
        var rules = lines.Where(line => line.Split('{', ' ', '.') is ["", "chart" or "grid" or "axis" or "curve" or "band" or "dot" or "cross" or "bar" or "whisker" or "area", ..]);
        return new StringBuilder("\nsvg { background: var(--card); font-family: system-ui, sans-serif; }\n").AppendJoin('\n', colours.Concat(rules)).Append('\n').ToString();
    }
}
