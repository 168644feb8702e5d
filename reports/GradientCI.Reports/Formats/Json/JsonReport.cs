using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Importance;
using GradientCI.Json;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Json;

/// <summary>The JSON report, but for its trials.</summary>
public static class JsonReport
{
    private const int CurvePoints = 300;

    internal static void Write(Utf8JsonWriter json, Report report)
    {
        json.WriteString("schema", "gradientci/report/1");
        json.WriteObject("run", report.Run.Run, WriteRun);
        json.WriteObject("conclusion", report, WriteConclusion);
        json.WriteObjects("checks", report.Checks, WriteCheck);
        json.WriteLong("best_set", report.Best?.Number);
        json.WriteString("best_trial", report.Best?.Representative.Trial.Id.ToString());
        json.WriteInts("front", [.. report.Ranking.Front.Select(set => set.Number)]);
        json.WriteObjects("sets", report.Ranking.Sets, WriteSet);
        json.WriteReal("best_confidence", report.Certainty?.Confidence);
        json.WriteObject("importance", report.Importance, WriteImportance);
        json.WriteString("baseline_note", report.Run.Run.BaselineNote);
        json.WriteObject("baseline", report.Baseline?.Run, WriteBaseline);
        json.WriteObject("comparison", report.Comparison, WriteComparison);
        json.WriteObjects("changes", report.Run.Run.Changes, WriteChange);
        json.WriteObjects("history", report.History, WritePoint);
        json.WriteObjects("trials", report.Run.Trials, JsonTrial.Write);
        json.WriteObjects("ports", report.LiveLinks, static (json, link) =>
        {
            json.WriteString("trial", link.Trial.ToString());
            json.WriteNumber("port", link.Port);
            json.WriteString("url", link.Address);
        });
        json.WriteObject("best_curves", report.Featured, WriteCurves);
        json.WriteObject("reproduce", report.Reproduction, static (json, again) =>
        {
            json.WriteString("command", again.Command);
            json.WriteTexts("manifest", again.Manifest);
        });
    }

    private static void WriteRun(Utf8JsonWriter json, Run run)
    {
        json.WriteString("label", run.Id.ToString());
        json.WriteString("project", run.Id.Project.Value);
        json.WriteString("experiment", run.Id.Experiment);
        json.WriteNumber("number", run.Id.Number);
        json.WriteKebab("state", run.State);
        json.WriteString("problem", run.Problem);
        json.WriteTime("created_at", run.CreatedAt);
        json.WriteTime("started_at", run.StartedAt);
        json.WriteTime("ended_at", run.EndedAt);
        WriteDetails(json, run);
    }

    /// <summary>Writes what a list of runs leaves out: what was run, on which machine, and what is worth a warning.</summary>
    public static void WriteDetails(Utf8JsonWriter json, Run run)
    {
        json.WriteReal("seconds", (run.EndedAt - run.StartedAt)?.TotalSeconds);
        json.WriteString("executor", run.Executor);
        json.WriteString("sampler", run.SamplerNote);
        json.WriteObject("warm_start", run.WarmStart, (json, warm) =>
        {
            json.WriteNumber("sets", warm.Sets);
            json.WriteTexts("runs", [.. warm.Runs.Select(number => (run.Id with { Number = number }).ToString())]);
            json.WriteReal("best", warm.Best);
        });
        json.WriteNumber("seed", run.Spec.Sweep.Seed);
        json.WriteString("manifest_digest", run.ManifestDigest);
        json.WriteObjects("objectives", run.Spec.Objectives, static (json, objective) =>
        {
            json.WriteString("metric", objective.Metric);
            json.WriteKebab("direction", objective.Direction);
            json.WriteKebab("aggregate", objective.Aggregate);
        });
        json.WriteObject("commit", run.Commit, WriteCommit);
        json.WriteObject("machine", run, WriteMachine);
        json.WriteTexts("notices", run.Notices);
    }

    private static void WriteCommit(Utf8JsonWriter json, Commit commit)
    {
        json.WriteString("sha", commit.Sha.Value);
        json.WriteString("tree", commit.Tree);
        json.WriteTexts("parents", [.. commit.Parents.Select(parent => parent.Value)]);
        json.WriteString("author", commit.AuthorName);
        json.WriteTime("time", commit.Time);
        json.WriteString("ref", commit.Ref);
        json.WriteString("subject", commit.Subject);
    }

    private static void WriteMachine(Utf8JsonWriter json, Run run)
    {
        var machine = run.Provenance;
        json.WriteString("host", machine.Host);
        json.WriteString("operating_system", machine.OperatingSystem);
        json.WriteString("cpu", machine.Cpu);
        json.WriteNumber("memory_bytes", machine.MemoryBytes);
        json.WriteTexts("gpus", machine.Gpus);
        json.WriteString("gpu_driver", machine.GpuDriver);
        json.WriteString("git_version", machine.GitVersion);
        json.WriteString("runtime_version", machine.RuntimeVersion);
        json.WriteString("product_version", machine.ProductVersion);
        json.WriteString("image", run.Spec.Image ?? "");
        json.WriteString("dockerfile", run.Spec.Build?.Dockerfile ?? "");
        json.WriteString("image_digest", machine.ImageDigest);
        json.WriteString("base_image_digest", machine.BaseImageDigest);
    }

    private static void WriteConclusion(Utf8JsonWriter json, Report report)
    {
        json.WriteKebab("verdict", report.Headline.Outcome);
        json.WriteString("headline", string.Join(" · ", report.Headline.Phrases));
        json.WriteTexts("reasons", report.Headline.Reasons);
        json.WriteTexts("advice", report.Advice);
        json.WriteStartObject("trials");
        foreach (var (state, count) in report.Tally.States)
        {
            json.WriteNumber(state.Word(), count);
        }

        json.WriteEndObject();
        json.WriteNumber("cached", report.Tally.Cached);
        json.WriteReal("saved_seconds", report.Savings?.Time.TotalSeconds ?? 0);
        json.WriteReal("saved_gpu_hours", report.Savings?.GpuHours ?? 0);
    }

    private static void WriteCheck(Utf8JsonWriter json, CheckResult check)
    {
        json.WriteString("metric", check.Spec.Metric);
        json.WriteKebab("status", check.Status);
        json.WriteBoolean("required", check.Spec.Required);
        json.WriteString("target", check.Spec.Target?.Text);
        json.WriteBoolean("against_base", check.Spec.AgainstBase);
        json.WriteReal("value", check.Value);
        json.WriteReal("baseline", check.Baseline);
        json.WriteString("text", check.Text);
    }

    private static void WriteSet(Utf8JsonWriter json, ParameterSetResult set)
    {
        json.WriteNumber("number", set.Number);
        json.WriteParameters("params", set.Parameters);
        json.WriteInts("trials", [.. set.Trials.Select(trial => trial.Trial.Id.Number)]);
        json.WriteReals("values", set.Values);
        json.WriteReal("mean", set.Mean);
        json.WriteReal("half_width", set.HalfWidth);
        json.WriteTexts("broken", set.Broken);
        json.WriteLong("front", set.Front);
        json.WriteObjects("objectives", set.Results, static (json, result) =>
        {
            json.WriteString("metric", result.Objective.Metric);
            json.WriteReals("values", result.Values);
            json.WriteReal("mean", result.Mean);
            json.WriteReal("half_width", result.HalfWidth);
        });
    }

    private static void WriteImportance(Utf8JsonWriter json, ImportanceAnalysis analysis)
    {
        json.WriteNumber("sets", analysis.Sets);
        json.WriteReal("explained", analysis.Explained);
        json.WriteBoolean("log", analysis.IsLog);
        json.WriteObjects("params", analysis.Parameters, static (json, parameter) =>
        {
            json.WriteString("name", parameter.Parameter);
            json.WriteReal("share", parameter.Share);
            json.WriteReal("error", parameter.Error);
        });
        json.WriteObjects("pairs", analysis.Pairs, static (json, pair) =>
        {
            json.WriteTexts("names", [pair.First, pair.Second]);
            json.WriteReal("share", pair.Share);
            json.WriteReal("error", pair.Error);
        });
    }

    private static void WriteBaseline(Utf8JsonWriter json, Run baseline)
    {
        json.WriteString("label", baseline.Id.ToString());
        json.WriteKebab("state", baseline.State);
        json.WriteObject("commit", baseline.Commit, WriteCommit);
    }

    private static void WriteComparison(Utf8JsonWriter json, RunComparison comparison)
    {
        json.WriteObjects("metrics", comparison.Metrics, WriteMetric);
        json.WriteObjects("params", comparison.Parameters, WriteValueChange);
        json.WriteObjects("manifest", comparison.Manifest, WriteValueChange);
        json.WriteObject("hypervolume", comparison.Front, static (json, front) =>
        {
            json.WriteReal("value", front.Value);
            json.WriteReal("baseline", front.Baseline);
            json.WriteReals("reference", front.Reference);
            json.WriteNumber("count", front.Count);
            json.WriteNumber("baseline_count", front.BaselineCount);
            json.WriteKebab("verdict", front.Verdict);
        });
    }

    private static void WriteMetric(Utf8JsonWriter json, MetricComparison metric)
    {
        json.WriteString("metric", metric.Metric);
        json.WriteKebab("better", metric.Better);
        json.WriteReal("value", metric.Value);
        json.WriteReal("baseline", metric.Baseline);
        json.WriteReal("difference", metric.Difference);
        json.WriteNumber("count", metric.Count);
        json.WriteNumber("baseline_count", metric.BaselineCount);
        json.WriteReal("p", metric.PValue);
        json.WriteKebab("verdict", metric.Verdict);
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
        json.WriteLong("added", change.Added);
        json.WriteLong("deleted", change.Deleted);
    }

    private static void WritePoint(Utf8JsonWriter json, HistoryPoint point)
    {
        json.WriteString("label", point.Label);
        json.WriteString("sha", point.Sha);
        json.WriteString("subject", point.Subject);
        json.WriteReal("best", point.Best);
        json.WriteBoolean("is_this_run", point.IsThisRun);
    }

    private static void WriteCurves(Utf8JsonWriter json, TrialSnapshot trial)
    {
        foreach (var (name, series) in trial.Series)
        {
            json.WriteStartArray(name);
            foreach (var point in Curve.Of(series.Curve, CurvePoints))
            {
                json.WriteStartArray();
                json.WriteRealValue(point.X);
                json.WriteRealValue(point.Y);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }
    }
}
