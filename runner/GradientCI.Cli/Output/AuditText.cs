using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Stores;

namespace GradientCI.Cli.Output;

/// <summary>Who did what, for people and for scripts.</summary>
internal static class AuditText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Table(IReadOnlyCollection<AuditEntry> entries)
    {
        if (entries.Count == 0)
        {
            return "Nothing was done. Look further back with: gradientci audit --since 52w\n";
        }

        var table = new TextTable("WHEN (UTC)", "WHO", "WHAT", "SUBJECT", "DETAIL");
        foreach (var entry in entries)
        {
            table.Add($"{entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}", Plain.Fit(entry.Who, 40), Word(entry.Action), Plain.Fit(entry.Subject, 60), Plain.Fit(entry.Detail, 80));
        }

        return table.ToString();
    }

    /// <summary><c>gradientci/audit/1</c>, documented in <c>docs/operations.md</c>.</summary>
    public static string Json(IEnumerable<AuditEntry> entries) => new JsonObject
    {
        ["schema"] = "gradientci/audit/1",
        ["entries"] = new JsonArray([.. entries.Select(entry => new JsonObject
        {
            ["at"] = entry.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            ["who"] = entry.Who,
            ["action"] = Word(entry.Action),
            ["subject"] = entry.Subject,
            ["detail"] = entry.Detail,
        })]),
    }.ToJsonString(Indented) + "\n";

    private static string Word(AuditAction action) => JsonNamingPolicy.KebabCaseLower.ConvertName(action.ToString());
}
