using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
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
        json.WriteKebab("state", trial.State);
        json.WriteString("reason", trial.Reason);
        json.WriteParameters("params", trial.Parameters);
        json.WriteTexts("command", trial.Command);
        json.WriteString("fingerprint", trial.Fingerprint);
        json.WriteString("cached_from", trial.CachedFrom?.ToString());
        json.WriteReal("saved_seconds", trial.Saved?.TotalSeconds);
        json.WriteTime("started_at", trial.StartedAt);
        json.WriteTime("ended_at", trial.EndedAt);
        json.WriteReal("seconds", (trial.EndedAt - trial.StartedAt)?.TotalSeconds);
        json.WriteNumber("dropped_points", snapshot.DroppedPoints);
        json.WriteObjects("attempts", trial.Attempts, WriteAttempt);
        json.WriteStartObject("metrics");
        foreach (var (name, series) in snapshot.Series)
        {
            json.WriteObject(name, series, WriteSeries);
        }

        json.WriteEndObject();
    }

    private static void WriteAttempt(Utf8JsonWriter json, Attempt attempt)
    {
        json.WriteNumber("number", attempt.Id.Number);
        json.WriteKebab("outcome", attempt.Outcome);
        json.WriteLong("exit_code", attempt.ExitCode);
        json.WriteString("reason", attempt.Reason);
        json.WriteInts("gpus", attempt.Gpus);
        json.WriteTime("preparing_at", attempt.PreparingAt);
        json.WriteTime("started_at", attempt.StartedAt);
        json.WriteTime("ended_at", attempt.EndedAt);
    }

    private static void WriteSeries(Utf8JsonWriter json, SeriesSnapshot series)
    {
        json.WriteNumber("count", series.Summary.Count);
        json.WriteNumber("finite", series.Summary.Finite);
        json.WriteReal("first", series.Summary.First.Y);
        json.WriteReal("last", series.Summary.Last.Y);
        json.WriteReal("last_x", series.Summary.Last.X);
        json.WriteReal("min", series.Summary.Min);
        json.WriteReal("max", series.Summary.Max);
        json.WriteReal("mean", series.Summary.Mean);
        json.WriteReal("median", series.Median);
        json.WriteReal("std", series.Summary.StandardDeviation);
    }
}
