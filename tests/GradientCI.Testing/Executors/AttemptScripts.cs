using System.Text.Json;
using GradientCI.Runner.Executors;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Testing.Executors;

/// <summary>Scripts in JSON, chosen by hyperparameters and attempt.</summary>
/// <remarks>
/// A list of rules, of which the first that matches counts; without one an attempt succeeds after a second:
/// <c>{ "match": {"lr": 0.1}, "attempt": 1, "seconds": 5, "lines": ["…", {"at": 2, "text": "…"}], "exit": 0 }</c>.
/// Instead of <c>exit</c>: <c>"signal": 9</c> (with <c>"out-of-memory": true</c>), <c>"lost": true</c>,
/// <c>"start-problem": "…"</c>; <c>"seconds": null</c> runs until stopped; <c>"ignores-stop": true</c>. Lines without a
/// time are spread evenly. <c>"checkpoint": true</c> leaves a file in <c>GRADIENT_CHECKPOINT</c>. Parameters are read from the file that <c>GRADIENT_PARAMS</c> names.
/// </remarks>
public static class AttemptScripts
{
    /// <summary>Reads the rules.</summary>
    public static Func<AttemptRequest, AttemptScript> FromJson(string json)
    {
        var rules = JsonDocument.Parse(json).RootElement.EnumerateArray().ToList();
        return request =>
        {
            var rule = rules.Find(candidate => Matches(candidate, request));
            if (rule.ValueKind != JsonValueKind.Undefined && IsTrue(rule, "checkpoint"))
            {
                File.WriteAllText(Path.Combine(request.Environment["GRADIENT_CHECKPOINT"], "state"), "");
            }

            return rule.ValueKind == JsonValueKind.Undefined ? new AttemptScript() : Read(rule);
        };
    }

    private static bool Matches(JsonElement rule, AttemptRequest request)
    {
        if (Find(rule, "attempt") is { } attempt && attempt.GetInt32() != request.Id.Number)
        {
            return false;
        }

        if (Find(rule, "match") is not { } match)
        {
            return true;
        }

        var parameters = request.Environment.TryGetValue("GRADIENT_PARAMS", out var path)
            ? SpecJson.DeserializeParameters(File.ReadAllText(path))
            : ParameterSet.Empty;
        return SpecJson.DeserializeParameters(match.GetRawText()).All(wanted => parameters[wanted.Key]?.ToString() == wanted.Value.ToString());
    }

    private static AttemptScript Read(JsonElement rule)
    {
        var duration = Find(rule, "seconds") switch
        {
            null => TimeSpan.FromSeconds(1),
            { ValueKind: JsonValueKind.Null } => Timeout.InfiniteTimeSpan,
            { } seconds => TimeSpan.FromSeconds(seconds.GetDouble()),
        };
        var lines = Find(rule, "lines")?.EnumerateArray().ToList() ?? [];
        return new AttemptScript
        {
            Duration = duration,
            Lines = [.. lines.Select((line, index) => ReadLine(line, duration * ((index + 1.0) / (lines.Count + 1))))],
            End = new AttemptEnd(
                Find(rule, "signal") is null && Find(rule, "start-problem") is null && !IsTrue(rule, "lost") ? Find(rule, "exit")?.GetInt32() ?? 0 : null,
                Find(rule, "signal")?.GetInt32(),
                IsTrue(rule, "out-of-memory"),
                Find(rule, "start-problem")?.GetString()),
            IgnoresStop = IsTrue(rule, "ignores-stop"),
            IsLost = IsTrue(rule, "lost"),
        };
    }

    private static ScriptedLine ReadLine(JsonElement line, TimeSpan evenly) => line.ValueKind == JsonValueKind.String
        ? new ScriptedLine(evenly < TimeSpan.Zero ? TimeSpan.Zero : evenly, line.GetString()!)
        : new ScriptedLine(TimeSpan.FromSeconds(line.GetProperty("at").GetDouble()), line.GetProperty("text").GetString()!);

    private static bool IsTrue(JsonElement rule, string name) => Find(rule, name)?.GetBoolean() ?? false;

    private static JsonElement? Find(JsonElement rule, string name) => rule.TryGetProperty(name, out var value) ? value : null;
}
