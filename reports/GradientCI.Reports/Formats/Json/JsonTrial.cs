using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Metrics;

namespace GradientCI.Reports.Formats.Json;

/// <summary>A trial with its attempts and a summary of each series, in the JSON report.</summary>
internal static class JsonTrial
{
    public static void Write(Utf8JsonWriter json, TrialSnapshot snapshot)
    {
        var trial = snapshot.Trial;
        json.WriteString("label", trial.Id.ToString());
        json.WriteNumber("number", trial.Id.Number);
        json.WriteNumber("set", trial.ParameterSetNumber);
        json.WriteNumber("repeat", trial.Repeat);
        json.WriteNumber("seed", trial.Seed);
        json.Word("state", trial.State);
        json.WriteString("reason", trial.Reason);
        json.Parameters("params", trial.Parameters);
        json.Texts("command", trial.Command);
        json.WriteString("fingerprint", trial.Fingerprint);
        json.WriteString("cached_from", trial.CachedFrom?.ToString());
        json.Real("saved_seconds", trial.Saved?.TotalSeconds);
        json.Time("started_at", trial.StartedAt);
        json.Time("ended_at", trial.EndedAt);
        json.Real("seconds", (trial.EndedAt - trial.StartedAt)?.TotalSeconds);
        json.WriteNumber("dropped_points", snapshot.DroppedPoints);
        json.Objects("attempts", trial.Attempts, WriteAttempt);
        json.WriteStartObject("metrics");
        foreach (var (name, series) in snapshot.Series)
        {
            json.WriteStartObject(name);
            WriteSeries(json, series);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAttempt(Utf8JsonWriter json, Attempt attempt)
    {
        json.WriteNumber("number", attempt.Id.Number);
        json.Word("outcome", attempt.Outcome);
        json.Whole("exit_code", attempt.ExitCode);
        json.WriteString("reason", attempt.Reason);
        json.WriteStartArray("gpus");
        foreach (var gpu in attempt.Gpus)
        {
            json.WriteNumberValue(gpu);
        }

        json.WriteEndArray();
        json.Time("preparing_at", attempt.PreparingAt);
        json.Time("started_at", attempt.StartedAt);
        json.Time("ended_at", attempt.EndedAt);
    }

    private static void WriteSeries(Utf8JsonWriter json, SeriesSnapshot series)
    {
        json.WriteNumber("count", series.Summary.Count);
        json.WriteNumber("finite", series.Summary.Finite);
        json.Real("first", series.Summary.First.Y);
        json.Real("last", series.Summary.Last.Y);
        json.Real("last_x", series.Summary.Last.X);
        json.Real("min", series.Summary.Min);
        json.Real("max", series.Summary.Max);
        json.Real("mean", series.Summary.Mean);
        json.Real("median", series.Median);
        json.Real("std", series.Summary.StandardDeviation);
    }
}
