using GradientCI.Checks;
using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Json;

/// <summary>The shape of the JSON report; property names become snake_case.</summary>
internal static class JsonDocumentShape
{
    private const int CurvePoints = 300;

    public static object Of(Report report) => new
    {
        Schema = "gradientci/report/1",
        Run = Run(report.Run.Run),
        Conclusion = new
        {
            Verdict = report.Headline.Outcome,
            Headline = string.Join(" · ", report.Headline.Phrases),
            report.Headline.Reasons,
            report.Advice,
            Trials = report.Tally.States.ToDictionary(state => state.State.Word(), state => state.Count, StringComparer.Ordinal),
            report.Tally.Cached,
            SavedSeconds = report.Savings?.Time.TotalSeconds ?? 0,
            SavedGpuHours = report.Savings?.GpuHours ?? 0,
        },
        Checks = report.Checks.Select(Check),
        BestSet = report.Best?.Number,
        BestTrial = report.Best?.Representative.Trial.Id.ToString(),
        Sets = report.Ranking.Sets.Select(Set),
        report.Run.Run.BaselineNote,
        Baseline = report.Baseline is { Run: var baseline } ? new { Label = baseline.Id.ToString(), baseline.State, Commit = Commit(baseline.Commit) } : null,
        Comparison = report.Comparison is { } comparison
            ? new { Metrics = comparison.Metrics.Select(Metric), Params = comparison.Parameters, comparison.Manifest }
            : null,
        report.Run.Run.Changes,
        report.History,
        Trials = report.Run.Trials.Select(Trial),
        BestCurves = report.Featured?.Series.ToDictionary(
            series => series.Key,
            series => Curve.Of(series.Value.Curve, CurvePoints).Select(point => new[] { point.X, point.Y }), StringComparer.Ordinal),
    };

    private static object Run(Run run) => new
    {
        Label = run.Id.ToString(),
        Project = run.Id.Project.Value,
        run.Id.Experiment,
        run.Id.Number,
        run.State,
        run.Problem,
        run.CreatedAt,
        run.StartedAt,
        run.EndedAt,
        Seconds = (run.EndedAt - run.StartedAt)?.TotalSeconds,
        run.Executor,
        Sampler = run.SamplerNote,
        run.Spec.Sweep.Seed,
        run.ManifestDigest,
        run.Spec.Objectives,
        Commit = Commit(run.Commit),
        Machine = run.Provenance,
        run.Notices,
    };

    private static object Commit(Commit commit) => new
    {
        commit.Sha,
        commit.Tree,
        commit.Parents,
        Author = commit.AuthorName,
        commit.Time,
        commit.Ref,
        commit.Subject,
    };

    private static object Check(CheckResult check) => new
    {
        check.Spec.Metric,
        check.Status,
        check.Spec.Required,
        Target = check.Spec.Target?.Text,
        check.Spec.AgainstBase,
        check.Value,
        check.Baseline,
        check.Text,
    };

    private static object Set(ParameterSetResult set) => new
    {
        set.Number,
        Params = set.Parameters,
        Trials = set.Trials.Select(trial => trial.Trial.Id.Number),
        set.Values,
        set.Mean,
        set.HalfWidth,
        set.Broken,
    };

    private static object Metric(MetricComparison metric) => new
    {
        metric.Metric,
        metric.Better,
        metric.Value,
        metric.Baseline,
        metric.Difference,
        metric.Count,
        metric.BaselineCount,
        P = metric.PValue,
        metric.Verdict,
        Text = DifferenceText.Phrase(metric),
    };

    private static object Trial(TrialSnapshot snapshot) => new
    {
        Label = snapshot.Trial.Id.ToString(),
        snapshot.Trial.Id.Number,
        Set = snapshot.Trial.ParameterSetNumber,
        snapshot.Trial.Repeat,
        snapshot.Trial.Seed,
        snapshot.Trial.State,
        snapshot.Trial.Reason,
        Params = snapshot.Trial.Parameters,
        snapshot.Trial.Command,
        snapshot.Trial.Fingerprint,
        CachedFrom = snapshot.Trial.CachedFrom?.ToString(),
        SavedSeconds = snapshot.Trial.Saved?.TotalSeconds,
        snapshot.Trial.StartedAt,
        snapshot.Trial.EndedAt,
        Seconds = (snapshot.Trial.EndedAt - snapshot.Trial.StartedAt)?.TotalSeconds,
        snapshot.DroppedPoints,
        Attempts = snapshot.Trial.Attempts.Select(attempt => new
        {
            attempt.Id.Number,
            attempt.Outcome,
            attempt.ExitCode,
            attempt.Reason,
            attempt.Gpus,
            attempt.PreparingAt,
            attempt.StartedAt,
            attempt.EndedAt,
        }),
        Metrics = snapshot.Series.ToDictionary(series => series.Key, series => Series(series.Value), StringComparer.Ordinal),
    };

    private static object Series(SeriesSnapshot series) => new
    {
        series.Summary.Count,
        series.Summary.Finite,
        First = series.Summary.First.Y,
        Last = series.Summary.Last.Y,
        LastX = series.Summary.Last.X,
        series.Summary.Min,
        series.Summary.Max,
        series.Summary.Mean,
        series.Median,
        Std = series.Summary.StandardDeviation,
    };
}
