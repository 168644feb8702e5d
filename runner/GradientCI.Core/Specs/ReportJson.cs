using System.Text.Json;
using GradientCI.Json;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>Where metrics come from and what the report shows, as JSON for the store.</summary>
internal static class ReportJson
{
    private static readonly ReportSpec Empty = new();

    public static void Write(Utf8JsonWriter json, ReportSpec report)
    {
        json.WriteWord("comment", report.Comment);
        json.WriteObjects("charts", report.Charts, Write);
        json.WriteTexts("columns", report.Columns);
        json.WriteTexts("images", report.Images);
        json.WriteString("notes", report.Notes);
    }

    public static ReportSpec Read(JsonFields json) => new()
    {
        Comment = json.Word("comment", Empty.Comment),
        Charts = json.Objects("charts", ReadChart),
        Columns = json.Texts("columns"),
        Images = json.Texts("images"),
        Notes = json.TextOrNull("notes"),
    };

    public static void Write(Utf8JsonWriter json, MetricSourcesSpec sources)
    {
        json.WriteObjects("patterns", sources.Patterns, Write);
        json.WriteTexts("tensorBoard", sources.TensorBoard);
        json.WriteTexts("files", sources.Files);
    }

    public static MetricSourcesSpec ReadSources(JsonFields json) => new()
    {
        Patterns = json.Objects("patterns", ReadPattern),
        TensorBoard = json.Texts("tensorBoard"),
        Files = json.Texts("files"),
    };

    private static void Write(Utf8JsonWriter json, ChartSpec chart)
    {
        json.WriteTexts("metrics", chart.Metrics);
        json.WriteWord("scale", chart.Scale);
    }

    private static ChartSpec ReadChart(JsonFields json) => new(json.Texts("metrics"), json.Word("scale", Scale.Linear));

    private static void Write(Utf8JsonWriter json, MetricPattern pattern)
    {
        json.WriteString("metric", pattern.Metric);
        json.WriteString("pattern", pattern.Pattern);
    }

    private static MetricPattern ReadPattern(JsonFields json) => new(json.Text("metric", ""), json.Text("pattern", ""));
}
