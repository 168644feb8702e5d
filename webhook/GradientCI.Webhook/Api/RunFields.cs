using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Reports.Formats.Json;

namespace GradientCI.Webhook.Api;

/// <summary>Runs as JSON: those of a list as <c>gradientci list --json</c> has them, and a whole one with the report's details.</summary>
internal static class RunFields
{
    public static void Write(Utf8JsonWriter json, Run run)
    {
        WriteCommon(json, run);
        json.WriteTexts("objectives", [.. run.Spec.Objectives.Select(objective => objective.Metric)]);
    }

    public static void WriteWhole(Utf8JsonWriter json, Run run, ImmutableSortedDictionary<TrialState, int> trials)
    {
        WriteCommon(json, run);
        json.WriteString("problem", run.Problem);
        json.WriteString("baseline_note", run.BaselineNote);
        json.WriteTexts("overrides", run.Overrides);
        json.WriteStartObject("trials");
        foreach (var (state, count) in trials)
        {
            json.WriteNumber(state.Word(), count);
        }

        json.WriteEndObject();
        JsonReport.WriteDetails(json, run);
    }

    public static string Word(RunState state) => state.ToString().ToLowerInvariant();

    private static void WriteCommon(Utf8JsonWriter json, Run run)
    {
        json.WriteString("id", run.Id.ToString());
        json.WriteString("project", run.Id.Project.Value);
        json.WriteString("experiment", run.Id.Experiment);
        json.WriteNumber("number", run.Id.Number);
        json.WriteString("state", Word(run.State));
        json.WritePropertyName("passed");
        if (run.Passed is { } passed)
        {
            json.WriteBooleanValue(passed);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteReal("best", run.Best is { } best && double.IsFinite(best) ? best : null);
        json.WriteString("objective", run.Spec.Objective?.Metric);
        json.WriteObject("front", run.Front, WriteFront);
        json.WriteString("sha", run.Commit.Sha.Value);
        json.WriteString("ref", run.Commit.Ref);
        json.WriteString("subject", run.Commit.Subject);
        json.WriteString("baseline", run.Baseline?.ToString());
        json.WriteTime("created_at", run.CreatedAt);
        json.WriteTime("started_at", run.StartedAt);
        json.WriteTime("ended_at", run.EndedAt);
    }

    private static void WriteFront(Utf8JsonWriter json, FrontSummary front)
    {
        json.WriteNumber("sets", front.Sets);
        json.WriteReals("best", front.Best);
    }
}
