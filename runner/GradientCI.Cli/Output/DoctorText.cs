using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Cli.Doctor;

namespace GradientCI.Cli.Output;

/// <summary>What the doctor found, for people and for scripts.</summary>
internal static class DoctorText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary><c>disk         ok       …</c>, and a second line with the remedy.</summary>
    public static string Line(string name, HostVerdict verdict) =>
        $"{name,-12}{Word(verdict.Level),-9}{Plain.Line(verdict.Sentence)}\n" + (verdict.Remedy is { } remedy ? $"{"",-21}→ {Plain.Line(remedy)}\n" : "");

    /// <summary><c>gradientci/doctor/1</c>, documented in <c>docs/operations.md</c>.</summary>
    public static string Json(IReadOnlyCollection<(string Name, HostVerdict Verdict)> found) => new JsonObject
    {
        ["schema"] = "gradientci/doctor/1",
        ["healthy"] = found.All(each => each.Verdict.Level != HostLevel.Problem),
        ["checks"] = new JsonArray([.. found.Select(each => new JsonObject
        {
            ["name"] = each.Name,
            ["verdict"] = Word(each.Verdict.Level),
            ["sentence"] = each.Verdict.Sentence,
            ["remedy"] = each.Verdict.Remedy,
        })]),
    }.ToJsonString(Indented) + "\n";

    private static string Word(HostLevel level) => level.ToString().ToLowerInvariant();
}
