using System.Globalization;
using System.Text;
using System.Text.Json;
using GradientCI.Json;
using GradientCI.Stores;

namespace GradientCI.Cli.Output;

/// <summary>Data sets, as people and scripts read them.</summary>
internal static class DatasetText
{
    private const int ShortVersion = 26;
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>A line for each.</summary>
    public static string Table(IReadOnlyCollection<Dataset> datasets)
    {
        if (datasets.Count == 0)
        {
            return "No data sets. Offer one with: gradientci dataset add NAME PATH\n";
        }

        var table = new TextTable("NAME", "VERSION", "SIZE", "FOLDER");
        foreach (var dataset in datasets)
        {
            table.Add(dataset.Name, dataset.Version[..Math.Min(ShortVersion, dataset.Version.Length)], dataset.Bytes is { } bytes ? ByteText.Of(bytes) : "", Plain.Line(dataset.Path));
        }

        return table.ToString();
    }

    /// <summary>All that is known of one.</summary>
    public static string Of(Dataset dataset)
    {
        var text = new StringBuilder();
        text.AppendLine(dataset.Name);
        text.AppendLine($"  version  {dataset.Version}");
        text.AppendLine($"  folder   {Plain.Line(dataset.Path)}{(Directory.Exists(dataset.Path) ? "" : "  (gone)")}");
        text.AppendLine(dataset.Path == dataset.Source ? "" : $"  archive  {Plain.Line(dataset.Source)}");
        text.AppendLine(dataset is { Bytes: { } bytes, Files: { } files } ? $"  size     {ByteText.Of(bytes)} in {Plain.Count((int)Math.Min(files, int.MaxValue), "file")}" : "");
        text.AppendLine(CultureInfo.InvariantCulture, $"  added    {dataset.AddedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        return string.Join('\n', text.ToString().Split('\n').Where(line => line.Length > 0)) + "\n";
    }

    /// <summary>All of them for scripts.</summary>
    public static string Json(IEnumerable<Dataset> datasets) => JsonWriting.Text(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("schema", "gradientci/datasets/1");
            json.WriteObjects("datasets", [.. datasets], (each, dataset) =>
            {
                each.WriteString("name", dataset.Name);
                each.WriteString("version", dataset.Version);
                each.WriteString("path", dataset.Path);
                each.WriteString("source", dataset.Source);
                each.WriteLong("bytes", dataset.Bytes);
                each.WriteLong("files", dataset.Files);
                each.WriteString("added_at", dataset.AddedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            });
            json.WriteEndObject();
        },
        Indented) + "\n";
}
