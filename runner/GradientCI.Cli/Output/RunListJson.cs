using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Cli.Output;

/// <summary>The list of runs for scripts: <c>gradientci/runs/1</c>, documented in <c>docs/report-json.md</c>.</summary>
internal static class RunListJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Of(IEnumerable<Run> runs, Pause? pause) => new JsonObject
    {
        ["schema"] = "gradientci/runs/1",
        ["paused"] = pause is null ? null : new JsonObject { ["since"] = Time(pause.Since), ["by"] = pause.By, ["reason"] = pause.Reason },
        ["runs"] = new JsonArray([.. runs.Select(One)]),
    }.ToJsonString(Indented) + "\n";

    private static JsonNode One(Run run) => new JsonObject
    {
        ["id"] = run.Id.ToString(),
        ["project"] = run.Id.Project.Value,
        ["experiment"] = run.Id.Experiment,
        ["number"] = run.Id.Number,
        ["state"] = run.State.ToString().ToLowerInvariant(),
        ["passed"] = run.Passed,
        ["best"] = run.Best is { } best && double.IsFinite(best) ? best : null,
        ["objective"] = run.Spec.Objective?.Metric,
        ["objectives"] = new JsonArray([.. run.Spec.Objectives.Select(objective => (JsonNode)objective.Metric)]),
        ["front"] = run.Front is { } front ? new JsonObject { ["sets"] = front.Sets, ["best"] = new JsonArray([.. front.Best.Select(value => (JsonNode)value)]) } : null,
        ["sha"] = run.Commit.Sha.Value,
        ["ref"] = run.Commit.Ref,
        ["subject"] = run.Commit.Subject,
        ["baseline"] = run.Baseline?.ToString(),
        ["created_at"] = Time(run.CreatedAt),
        ["started_at"] = Time(run.StartedAt),
        ["ended_at"] = Time(run.EndedAt),
    };

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
}
