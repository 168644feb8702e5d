using System.Collections.Frozen;
using System.Collections.Immutable;
using GradientCI.Reports.Formats.Csv;
using GradientCI.Reports.Formats.Html;
using GradientCI.Reports.Formats.Json;
using GradientCI.Reports.Formats.Markdown;

namespace GradientCI.Reports.Formats;

/// <summary>The formats by name.</summary>
public static class ReportFormats
{
    /// <summary>GitHub-flavoured Markdown that fits the comment of a pull request.</summary>
    public static IReportFormat Markdown { get; } = new MarkdownFormat();

    /// <summary>One self-contained page.</summary>
    public static IReportFormat Html { get; } = new HtmlFormat();

    /// <summary>Everything, for programs; described in <c>docs/report-json.md</c>.</summary>
    public static IReportFormat Json { get; } = new JsonFormat();

    /// <summary>One row per trial.</summary>
    public static IReportFormat Csv { get; } = new CsvFormat();

    /// <summary>All formats.</summary>
    public static ImmutableArray<IReportFormat> All { get; } = [Markdown, Html, Json, Csv];

    private static readonly FrozenDictionary<string, IReportFormat> Named = All.ToFrozenDictionary(format => format.Name, StringComparer.Ordinal);

    /// <summary>The format of that name.</summary>
    /// <exception cref="GradientException">There is none.</exception>
    public static IReportFormat Find(string name) => Named.TryGetValue(name, out var format)
        ? format
        : throw new GradientException(
            FailureKind.Usage, $"There is no report format '{PlainText.Of(name, 40)}'.", $"Take one of: {string.Join(", ", All.Select(known => known.Name))}.");
}
