using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;

namespace GradientCI.Cli.Output;

/// <summary>The answer to <c>gradientci why</c> for scripts: <c>gradientci/why/1</c>, documented in <c>docs/report-json.md</c>.</summary>
internal static class WhyJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Of(WhyAnswer answer) => new JsonObject
    {
        ["schema"] = "gradientci/why/1",
        ["trial"] = answer.Trial.Id.ToString(),
        ["state"] = answer.Trial.State.Word(),
        ["fingerprint"] = answer.Trial.Fingerprint,
        ["cache"] = answer.Run.Spec.Cache,
        ["cached_from"] = answer.Trial.CachedFrom?.ToString(),
        ["saved_seconds"] = answer.Trial.Saved?.TotalSeconds,
        ["sentences"] = new JsonArray([.. WhyText.Of(answer).Select(sentence => JsonValue.Create(sentence.Trim()))]),
        ["nearest"] = answer.Nearest is { } nearest ? Nearest(nearest, answer.Inputs) : null,
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Nearest(NearestTrial nearest, ChangedInputs? inputs) => new()
    {
        ["trial"] = nearest.Trial.Id.ToString(),
        ["state"] = nearest.Trial.State.Word(),
        ["fingerprint"] = nearest.Trial.Fingerprint,
        ["differences"] = new JsonArray([.. nearest.Changes.Select(Difference)]),
        ["files"] = inputs is { Problem: "" } ? new JsonArray([.. inputs.Files.Select(file => JsonValue.Create(file.Path))]) : null,
        ["problem"] = inputs?.Problem is { Length: > 0 } problem ? problem : null,
    };

    private static JsonNode Difference(FingerprintChange change) => new JsonObject
    {
        ["part"] = change.Part,
        ["name"] = change.Name.Length > 0 ? change.Name : null,
        ["before"] = change.Before,
        ["after"] = change.After,
    };
}
