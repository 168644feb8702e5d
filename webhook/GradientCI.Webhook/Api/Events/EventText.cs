using System.Globalization;
using System.Text;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Stores;

namespace GradientCI.Webhook.Api.Events;

/// <summary>Events as they are sent: name and data, without the id, which depends on who is told.</summary>
internal static class EventText
{
    /// <summary>A sign of life for proxies, and for us that somebody is still there.</summary>
    public static readonly byte[] Heartbeat = ": still here\n\n"u8.ToArray();

    public static byte[] Of(RunId run, RunEvent told) => told switch
    {
        RunMovedOn moved => Write("state", json =>
        {
            json.WriteString("run", run.ToString());
            json.WriteString("state", Word(moved.State));
            json.WriteString("problem", moved.Problem);
            json.WritePropertyName("passed");
            WriteFlag(json, moved.Passed);
            json.WriteReal("best", moved.Best);
        }),
        TrialMovedOn moved => Write("state", json =>
        {
            json.WriteString("trial", new TrialId(run, moved.Trial).ToString());
            json.WriteString("state", moved.State.Word());
            json.WriteString("reason", moved.Reason);
        }),
        SeriesGrew grew => Write("point", json => WritePoints(json, run, grew)),
        _ => throw new InvalidOperationException($"{told.GetType()} has no text."),
    };

    public static byte[] OfLine(TrialId trial, LogLine line) => Write("log", json =>
    {
        json.WriteString("trial", trial.ToString());
        json.WriteNumber("attempt", line.Until.Attempt);
        json.WriteString("text", line.Text);
        json.WriteBoolean("continues", line.Continues);
    });

    public static byte[] OfEnd(RunId run) => Write("end", json => json.WriteString("run", run.ToString()));

    private static void WritePoints(Utf8JsonWriter json, RunId run, SeriesGrew grew)
    {
        json.WriteString("trial", new TrialId(run, grew.Trial).ToString());
        json.WriteString("metric", grew.Metric);
        json.WriteNumber("first", grew.First);
        json.WriteStartArray("points");
        foreach (var point in grew.Points)
        {
            json.WriteStartArray();
            json.WriteRealValue(point.X);
            json.WriteRealValue(point.Y);
            json.WriteStringValue(point.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    // JSON has no line feeds of its own, so whatever a trial prints stays in its line.
    private static byte[] Write(string name, Action<Utf8JsonWriter> fields) => Encoding.UTF8.GetBytes(
        $"event: {name}\ndata: {JsonWriting.Text(json =>
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        })}\n\n");

    private static void WriteFlag(Utf8JsonWriter json, bool? value)
    {
        if (value is { } flag)
        {
            json.WriteBooleanValue(flag);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static string Word(RunState state) => state.ToString().ToLowerInvariant();
}
