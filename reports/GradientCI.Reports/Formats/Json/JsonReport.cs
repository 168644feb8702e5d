using System.Text.Json;
using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Json;

/// <summary>The JSON report. Written by hand: to be described by reflection costs a small run a fifth of its time.</summary>
internal static class JsonReport
{
    private const int CurvePoints = 300;

    public static void Write(Utf8JsonWriter json, Report report)
    {
        json.WriteStartObject();
        json.WriteString("schema", "gradientci/report/1");
        WriteRun(json, report.Run.Run);
        WriteConclusion(json, report);
        json.Objects("checks", report.Checks, WriteCheck);
        json.Whole("best_set", report.Best?.Number);
        json.WriteString("best_trial", report.Best?.Representative.Trial.Id.ToString());
        json.Objects("sets", report.Ranking.Sets, WriteSet);
        json.WriteString("baseline_note", report.Run.Run.BaselineNote);
        WriteBaseline(json, report.Baseline?.Run);
        WriteComparison(json, report.Comparison);
        json.Objects("changes", report.Run.Run.Changes, WriteChange);
        json.Objects("history", report.History, WritePoint);
        json.Objects("trials", report.Run.Trials, JsonTrial.Write);
        WriteCurves(json, report.Featured);
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, Run run)
    {
        json.WriteStartObject("run");
        json.WriteString("label", run.Id.ToString());
        json.WriteString("project", run.Id.Project.Value);
        json.WriteString("experiment", run.Id.Experiment);
        json.WriteNumber("number", run.Id.Number);
        json.Word("state", run.State);
        json.WriteString("problem", run.Problem);
        json.Time("created_at", run.CreatedAt);
        json.Time("started_at", run.StartedAt);
        json.Time("ended_at", run.EndedAt);
        json.Real("seconds", (run.EndedAt - run.StartedAt)?.TotalSeconds);
        json.WriteString("executor", run.Executor);
        json.WriteString("sampler", run.SamplerNote);
        json.WriteNumber("seed", run.Spec.Sweep.Seed);
        json.WriteString("manifest_digest", run.ManifestDigest);
        json.Objects("objectives", run.Spec.Objectives, static (json, objective) =>
        {
            json.WriteString("metric", objective.Metric);
            json.Word("direction", objective.Direction);
            json.Word("aggregate", objective.Aggregate);
        });
        WriteCommit(json, run.Commit);
        WriteMachine(json, run.Provenance);
        json.Texts("notices", run.Notices);
        json.WriteEndObject();
    }

    private static void WriteCommit(Utf8JsonWriter json, Commit commit)
    {
        json.WriteStartObject("commit");
        json.WriteString("sha", commit.Sha.Value);
        json.WriteString("tree", commit.Tree);
        json.WriteStartArray("parents");
        foreach (var parent in commit.Parents)
        {
            json.WriteStringValue(parent.Value);
        }

        json.WriteEndArray();
        json.WriteString("author", commit.AuthorName);
        json.Time("time", commit.Time);
        json.WriteString("ref", commit.Ref);
        json.WriteString("subject", commit.Subject);
        json.WriteEndObject();
    }

    private static void WriteMachine(Utf8JsonWriter json, Provenance machine)
    {
        json.WriteStartObject("machine");
        json.WriteString("host", machine.Host);
        json.WriteString("operating_system", machine.OperatingSystem);
        json.WriteString("cpu", machine.Cpu);
        json.WriteNumber("memory_bytes", machine.MemoryBytes);
        json.Texts("gpus", machine.Gpus);
        json.WriteString("gpu_driver", machine.GpuDriver);
        json.WriteString("git_version", machine.GitVersion);
        json.WriteString("runtime_version", machine.RuntimeVersion);
        json.WriteString("product_version", machine.ProductVersion);
        json.WriteEndObject();
    }

    private static void WriteConclusion(Utf8JsonWriter json, Report report)
    {
        json.WriteStartObject("conclusion");
        json.Word("verdict", report.Headline.Outcome);
        json.WriteString("headline", string.Join(" · ", report.Headline.Phrases));
        json.Texts("reasons", report.Headline.Reasons);
        json.Texts("advice", report.Advice);
        json.WriteStartObject("trials");
        foreach (var (state, count) in report.Tally.States)
        {
            json.WriteNumber(state.Word(), count);
        }

        json.WriteEndObject();
        json.WriteNumber("cached", report.Tally.Cached);
        json.Real("saved_seconds", report.Savings?.Time.TotalSeconds ?? 0);
        json.Real("saved_gpu_hours", report.Savings?.GpuHours ?? 0);
        json.WriteEndObject();
    }

    private static void WriteCheck(Utf8JsonWriter json, CheckResult check)
    {
        json.WriteString("metric", check.Spec.Metric);
        json.Word("status", check.Status);
        json.WriteBoolean("required", check.Spec.Required);
        json.WriteString("target", check.Spec.Target?.Text);
        json.WriteBoolean("against_base", check.Spec.AgainstBase);
        json.Real("value", check.Value);
        json.Real("baseline", check.Baseline);
        json.WriteString("text", check.Text);
    }

    private static void WriteSet(Utf8JsonWriter json, ParameterSetResult set)
    {
        json.WriteNumber("number", set.Number);
        json.Parameters("params", set.Parameters);
        json.WriteStartArray("trials");
        foreach (var trial in set.Trials)
        {
            json.WriteNumberValue(trial.Trial.Id.Number);
        }

        json.WriteEndArray();
        json.WriteStartArray("values");
        foreach (var value in set.Values)
        {
            json.Real(value);
        }

        json.WriteEndArray();
        json.Real("mean", set.Mean);
        json.Real("half_width", set.HalfWidth);
        json.Texts("broken", set.Broken);
    }

    private static void WriteBaseline(Utf8JsonWriter json, Run? baseline)
    {
        if (baseline is null)
        {
            json.WriteNull("baseline");
            return;
        }

        json.WriteStartObject("baseline");
        json.WriteString("label", baseline.Id.ToString());
        json.Word("state", baseline.State);
        WriteCommit(json, baseline.Commit);
        json.WriteEndObject();
    }

    private static void WriteComparison(Utf8JsonWriter json, RunComparison? comparison)
    {
        if (comparison is null)
        {
            json.WriteNull("comparison");
            return;
        }

        json.WriteStartObject("comparison");
        json.Objects("metrics", comparison.Metrics, WriteMetric);
        json.Objects("params", comparison.Parameters, WriteValueChange);
        json.Objects("manifest", comparison.Manifest, WriteValueChange);
        json.WriteEndObject();
    }

    private static void WriteMetric(Utf8JsonWriter json, MetricComparison metric)
    {
        json.WriteString("metric", metric.Metric);
        json.Word("better", metric.Better);
        json.Real("value", metric.Value);
        json.Real("baseline", metric.Baseline);
        json.Real("difference", metric.Difference);
        json.WriteNumber("count", metric.Count);
        json.WriteNumber("baseline_count", metric.BaselineCount);
        json.Real("p", metric.PValue);
        json.Word("verdict", metric.Verdict);
        json.WriteString("text", DifferenceText.Phrase(metric));
    }

    private static void WriteValueChange(Utf8JsonWriter json, ValueChange change)
    {
        json.WriteString("name", change.Name);
        json.WriteString("before", change.Before);
        json.WriteString("after", change.After);
    }

    private static void WriteChange(Utf8JsonWriter json, FileChange change)
    {
        json.WriteString("path", change.Path);
        json.WriteString("kind", change.Kind);
        json.WriteString("old_path", change.OldPath);
        json.Whole("added", change.Added);
        json.Whole("deleted", change.Deleted);
    }

    private static void WritePoint(Utf8JsonWriter json, HistoryPoint point)
    {
        json.WriteString("label", point.Label);
        json.WriteString("sha", point.Sha);
        json.WriteString("subject", point.Subject);
        json.Real("best", point.Best);
        json.WriteBoolean("is_this_run", point.IsThisRun);
    }

    private static void WriteCurves(Utf8JsonWriter json, TrialSnapshot? trial)
    {
        if (trial is null)
        {
            json.WriteNull("best_curves");
            return;
        }

        json.WriteStartObject("best_curves");
        foreach (var (name, series) in trial.Series)
        {
            json.WriteStartArray(name);
            foreach (var point in Curve.Of(series.Curve, CurvePoints))
            {
                json.WriteStartArray();
                json.Real(point.X);
                json.Real(point.Y);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
