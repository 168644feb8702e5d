using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Comparisons;

/// <summary>The one value that a trial's series stands for.</summary>
public static class TrialValues
{
    /// <summary>The value of a metric; null when the trial has no such series. May be NaN.</summary>
    public static double? Of(TrialSnapshot trial, string metric, CheckAggregate aggregate) =>
        !trial.Series.TryGetValue(metric, out var series) ? null : aggregate switch
        {
            CheckAggregate.Last => series.Summary.Last.Y,
            CheckAggregate.Min => series.Summary.Min,
            CheckAggregate.Max => series.Summary.Max,
            CheckAggregate.Mean => series.Summary.Mean,
            CheckAggregate.Median => series.Median,
            CheckAggregate.Std => series.Summary.StandardDeviation,
            _ => throw new ArgumentOutOfRangeException(nameof(aggregate), aggregate, "Unknown."),
        };

    /// <summary>The value of an objective; null when the trial has no such series. May be NaN.</summary>
    public static double? Of(TrialSnapshot trial, Objective objective) =>
        !trial.Series.TryGetValue(objective.Metric, out var series) ? null : objective.Aggregate switch
        {
            ObjectiveAggregate.Last => series.Summary.Last.Y,
            ObjectiveAggregate.Best => objective.Direction == Direction.Maximize ? series.Summary.Max : series.Summary.Min,
            ObjectiveAggregate.MeanOfLastFive => series.LastFive.IsEmpty ? null : series.LastFive.Average(),
            _ => throw new ArgumentOutOfRangeException(nameof(objective), objective, "Unknown aggregate."),
        };

    /// <summary>The value of an objective over all points of its series; null when there are none. May be NaN.</summary>
    public static double? Of(IReadOnlyList<MetricPoint> points, Objective objective) => points.Count == 0 ? null : objective.Aggregate switch
    {
        ObjectiveAggregate.Last => points[^1].Y,
        ObjectiveAggregate.Best when SeriesSummary.Of(points) is var summary => objective.Direction == Direction.Maximize ? summary.Max : summary.Min,
        _ => points.TakeLast(5).Average(point => point.Y),
    };

    /// <summary>The values that the succeeded ones among some trials give, in their order.</summary>
    internal static double[] OfSucceeded(IEnumerable<TrialSnapshot> trials, Func<TrialSnapshot, double?> valueOf) =>
        [.. trials.Where(trial => trial.Trial.State == TrialState.Succeeded).Select(valueOf).OfType<double>()];
}
