using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using GradientCI.Json;

namespace GradientCI.Reports.Formats.Json;

/// <summary>Everything, for programs. <c>docs/report-json.md</c> is its contract: keys are added, never changed.</summary>
internal sealed class JsonFormat : IReportFormat
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public string FileName => "report.json";

    /// <inheritdoc/>
    public string Write(Report report) => JsonWriting.Text(json => json.WriteObject(report, JsonReport.Write), Options) + "\n";
}
