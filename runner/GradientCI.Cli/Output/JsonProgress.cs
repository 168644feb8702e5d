using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Cli.Output;

/// <summary>What happens in a run for scripts, a JSON object per line: <c>gradientci/watch/1</c>, documented in <c>docs/command-line.md</c>.</summary>
internal sealed class JsonProgress(Terminal terminal) : IProgressView
{
    private readonly Lock _lock = new();

    public void RunChanged(Run run) => Print("run", run.Id.ToString(), new JsonObject
    {
        ["schema"] = "gradientci/watch/1",
        ["state"] = run.State.ToString().ToLowerInvariant(),
        ["passed"] = run.Passed,
        ["best"] = Number(run.Best),
        ["problem"] = run.Problem,
        ["sha"] = run.Commit.Sha.Value,
    });

    public void Waits(string sentence) => Print("waits", null, new JsonObject { ["reason"] = sentence });

    public void TrialChanged(Trial trial) => Print("trial", trial.Id.ToString(), new JsonObject
    {
        ["state"] = trial.State.Word(),
        ["attempt"] = trial.Attempts.Length,
        ["reason"] = trial.Reason,
        ["parameters"] = JsonNode.Parse(trial.Parameters.ToJson()),
    });

    public void TrialAdopted(Trial trial, WorkerId from) => Print("adopted", trial.Id.ToString(), []);

    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest) => Print("metrics", trial.ToString(), new JsonObject
    {
        ["metrics"] = new JsonObject(latest.OrderBy(metric => metric.Key, StringComparer.Ordinal)
            .Select(metric => KeyValuePair.Create(metric.Key, (JsonNode?)new JsonObject { ["x"] = Number(metric.Value.X), ["y"] = Number(metric.Value.Y) }))),
    });

    public void Dispose()
    {
        // Nothing is held back.
    }

    private static double? Number(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private void Print(string what, string? id, JsonObject rest)
    {
        rest.Insert(0, "event", what);
        rest.Insert(1, "id", id);
        lock (_lock)
        {
            terminal.Out.WriteLine(rest.ToJsonString());
            terminal.Out.Flush();
        }
    }
}
