using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Reports.Charts;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Analysis;

/// <summary>Metrics that are drawn together.</summary>
/// <param name="Title">Over the chart; untrusted text.</param>
/// <param name="Metrics">At most <see cref="CurvesChart.MetricLimit"/>.</param>
/// <param name="Scale">The scale that the manifest asks for, or null for what suits the values.</param>
/// <param name="IsSystem">Whether we measured them.</param>
internal sealed record ChartGroup(string Title, ImmutableArray<string> Metrics, Scale? Scale, bool IsSystem)
{
    private static readonly char[] Separators = ['_', '/', '-', '.', ' '];

    private static readonly HashSet<string> Splits = new(StringComparer.OrdinalIgnoreCase)
    {
        "train", "training", "val", "valid", "validation", "test", "testing", "eval", "evaluation", "dev",
    };

    /// <summary>
    /// The manifest's charts, or every curve grouped by name without the words for the part of the data
    /// (<c>train_loss</c> and <c>val/loss</c> are both <c>loss</c>): the objective's group first, then checked
    /// metrics, then by name. What has only one point per trial is no curve.
    /// </summary>
    public static ImmutableArray<ChartGroup> Of(Report report)
    {
        var longest = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (metric, series) in report.Run.Trials.SelectMany(trial => trial.Series))
        {
            longest[metric] = Math.Max(longest.GetValueOrDefault(metric), series.Summary.Count);
        }

        var spec = report.Run.Run.Spec;
        var curves = longest.Where(metric => metric.Value > 1).Select(metric => metric.Key).ToArray();
        var system = Grouped(curves.Where(IsSystemMetric), true, _ => 0);
        if (!spec.Report.Charts.IsEmpty)
        {
            return
            [
                .. spec.Report.Charts.Select(chart => new ChartGroup(
                        string.Join(", ", chart.Metrics), [.. chart.Metrics.Where(longest.ContainsKey).Distinct(StringComparer.Ordinal).Take(CurvesChart.MetricLimit)],
                        chart.Scale == SearchSpaces.Scale.Log ? chart.Scale : null, false))
                    .Where(group => group.Metrics.Length > 0),
                .. system,
            ];
        }

        var order = spec.Objectives.Select(objective => objective.Metric).Concat(spec.Checks.Select(check => check.Metric)).Distinct(StringComparer.Ordinal).ToList();
        return [.. Grouped(curves.Where(metric => !IsSystemMetric(metric)), false, metric => order.IndexOf(metric) is >= 0 and var at ? at : int.MaxValue), .. system];
    }

    /// <summary>Whether we measured the metric.</summary>
    public static bool IsSystemMetric(string metric) => metric.StartsWith(MetricLimits.SystemPrefix, StringComparison.Ordinal);

    private static IEnumerable<ChartGroup> Grouped(IEnumerable<string> metrics, bool isSystem, Func<string, int> rank) => metrics
        .GroupBy(Stem, StringComparer.Ordinal)
        .Select(group => (Title: group.Key, Metrics: group.OrderBy(rank).ThenBy(metric => metric, StringComparer.Ordinal).ToArray()))
        .OrderBy(group => rank(group.Metrics[0]))
        .ThenBy(group => group.Title, StringComparer.Ordinal)
        .SelectMany(group => group.Metrics.Chunk(CurvesChart.MetricLimit).Select(chunk => new ChartGroup(
            chunk.Length == 1 ? chunk[0] : group.Title, [.. chunk], null, isSystem)));

    private static string Stem(string metric)
    {
        var words = metric.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(word => !Splits.Contains(word)).ToArray();
        return words.Length == 0 ? metric : string.Join('_', words);
    }
}
