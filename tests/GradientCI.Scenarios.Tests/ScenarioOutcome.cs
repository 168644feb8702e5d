using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Scenarios.Tests;

/// <summary>What a scenario came to, as its <c>expected.json</c> holds it.</summary>
internal static class ScenarioOutcome
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(RunSnapshot snapshot)
    {
        var checks = CheckEvaluation.Evaluate(snapshot, null);
        return new JsonObject
        {
            ["state"] = snapshot.Run.State.ToString().ToLowerInvariant(),
            ["passed"] = snapshot.Run.Passed,
            ["best"] = snapshot.Run.Best,
            ["sampler"] = snapshot.Run.SamplerNote,
            ["notices"] = Texts(snapshot.Run.Notices),
            ["reasons"] = Texts(RunConclusions.Conclude(snapshot, checks).Reasons),
            ["checks"] = Texts(checks.Select(check => $"{check.Spec.Metric}: {check.Status.ToString().ToLowerInvariant()}: {check.Text}")),
            ["best_parameters"] = Rankings.Rank(snapshot).Best?.Parameters.ToString(),
            ["trials"] = new JsonArray([.. snapshot.Trials.Select(Trial)]),
        }.ToJsonString(Format) + "\n";
    }

    private static JsonNode Trial(TrialSnapshot snapshot) => new JsonObject
    {
        ["trial"] = snapshot.Trial.Id.Number,
        ["parameters"] = snapshot.Trial.Parameters.ToString(),
        ["repeat"] = snapshot.Trial.Repeat,
        ["state"] = snapshot.Trial.State.Word(),
        ["reason"] = snapshot.Trial.Reason,
        ["attempts"] = Texts(snapshot.Trial.Attempts.Select(attempt => attempt.Outcome?.ToString() ?? "none")),
        ["gpus"] = snapshot.Trial.Attempts.IsEmpty ? 0 : snapshot.Trial.Attempts[^1].Gpus.Length,
        ["points"] = Texts(snapshot.Series.Select(series => $"{series.Key}: {series.Value.Summary.Count}, last {ValueText.Of(series.Value.Summary.Last.Y)}")),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
