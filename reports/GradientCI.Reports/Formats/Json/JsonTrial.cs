using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Metrics;

namespace GradientCI.Reports.Formats.Json;

/// <summary>Trials, attempts and series as the JSON report has them, and whoever else tells programs of them.</summary>
public static class JsonTrial
{
    internal static void Write(Utf8JsonWriter json, TrialSnapshot snapshot)
    {
        var trial = snapshot.Trial;
        json.WriteString("label", trial.Id.ToString());
        WriteFields(json, trial);
        json.WriteNumber("dropped_points", snapshot.DroppedPoints);
        json.WriteObjects("attempts", trial.Attempts, WriteAttempt);
        json.WriteStartObject("metrics");
        foreach (var (name, series) in snapshot.Series)
        {
            json.WriteObject(name, series, static (each, series) => WriteSummary(each, series.Summary, series.Median));
        }

        json.WriteEndObject();
    }

    /// <summary>Writes what a trial is, but for its name and its attempts.</summary>
    public static void WriteFields(Utf8JsonWriter json, Trial trial)
    {
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
    }

    /// <summary>Writes an attempt.</summary>
    public static void WriteAttempt(Utf8JsonWriter json, Attempt attempt)
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

    /// <summary>Writes the summary of a series.</summary>
    /// <param name="json">Where to write.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="median">The median, for who knows it.</param>
    public static void WriteSummary(Utf8JsonWriter json, SeriesSummary summary, double? median = null)
    {
        json.WriteNumber("count", summary.Count);
        json.WriteNumber("finite", summary.Finite);
        json.WriteReal("first", summary.First.Y);
        json.WriteReal("last", summary.Last.Y);
        json.WriteReal("last_x", summary.Last.X);
        json.WriteReal("min", summary.Min);
        json.WriteReal("max", summary.Max);
        json.WriteReal("mean", summary.Mean);
        if (median is not null)
        {
            json.WriteReal("median", median);
        }

        json.WriteReal("std", summary.StandardDeviation);
    }
}
