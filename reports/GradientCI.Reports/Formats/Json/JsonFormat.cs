using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Formats.Json;

/// <summary>Everything, for programs. <c>docs/report-json.md</c> is its contract: keys are added, never changed.</summary>
internal sealed class JsonFormat : IReportFormat
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new Time(), new Parameters(), new Sha() },
    };

    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public string FileName => "report.json";

    /// <inheritdoc/>
    public string Write(Report report) => JsonSerializer.Serialize(JsonDocumentShape.Of(report), Options) + "\n";

    private sealed class Time : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    // As the trial got them: the float 1.0 stays a float.
    private sealed class Parameters : JsonConverter<ParameterSet>
    {
        public override ParameterSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ParameterSet value, JsonSerializerOptions options)
        {
            using var document = JsonDocument.Parse(value.ToJson());
            document.RootElement.WriteTo(writer);
        }
    }

    private sealed class Sha : JsonConverter<CommitSha>
    {
        public override CommitSha Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, CommitSha value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
