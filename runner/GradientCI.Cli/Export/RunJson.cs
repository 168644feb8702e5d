using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Experiments;

namespace GradientCI.Cli.Export;

/// <summary>What a bundle says of a run and its trials beside the report.</summary>
internal static class RunJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON, indented.</summary>
    public static string Text(JsonNode json) => json.ToJsonString(Indented) + "\n";

    /// <summary>Machine and programs.</summary>
    public static JsonObject Of(Provenance machine) => new()
    {
        ["host"] = machine.Host,
        ["operating_system"] = machine.OperatingSystem,
        ["cpu"] = machine.Cpu,
        ["memory_bytes"] = machine.MemoryBytes,
        ["gpus"] = Array(machine.Gpus),
        ["gpu_driver"] = machine.GpuDriver,
        ["git_version"] = machine.GitVersion,
        ["runtime_version"] = machine.RuntimeVersion,
        ["product_version"] = machine.ProductVersion,
    };

    /// <summary>A trial with its attempts.</summary>
    public static JsonObject Of(Trial trial) => new()
    {
        ["id"] = trial.Id.ToString(),
        ["set"] = trial.ParameterSetNumber,
        ["repeat"] = trial.Repeat,
        ["state"] = trial.State.Word(),
        ["reason"] = trial.Reason,
        ["parameters"] = JsonNode.Parse(trial.Parameters.ToJson()),
        ["seed"] = trial.Seed,
        ["command"] = Array(trial.Command),
        ["fingerprint"] = trial.Fingerprint,
        ["cached_from"] = trial.CachedFrom?.ToString(),
        ["attempts"] = new JsonArray([.. trial.Attempts.Select(Of)]),
    };

    private static JsonNode Of(Attempt attempt) => new JsonObject
    {
        ["number"] = attempt.Id.Number,
        ["outcome"] = attempt.Outcome?.Word(),
        ["exit_code"] = attempt.ExitCode,
        ["reason"] = attempt.Reason,
        ["gpus"] = new JsonArray([.. attempt.Gpus.Select(gpu => (JsonNode)gpu)]),
        ["preparing_at"] = Time(attempt.PreparingAt),
        ["started_at"] = Time(attempt.StartedAt),
        ["ended_at"] = Time(attempt.EndedAt),
    };

    private static JsonArray Array(ImmutableArray<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
