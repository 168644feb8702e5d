using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>The best value over the last commits.</summary>
internal static class HistoryChart
{
    private const int Limit = 30;

    /// <summary>Draws the last runs, oldest first; null below two.</summary>
    public static Figure? Draw(string metric, ImmutableArray<HistoryPoint> history)
    {
        var points = history.TakeLast(Limit).ToImmutableArray();
        var finite = points.Select(point => point.Best ?? double.NaN).Where(double.IsFinite).ToArray();
        if (points.Length < 2 || finite.Length == 0)
        {
            return null;
        }

        var labels = points.Select(point => point.Label[(point.Label.IndexOf('#', StringComparison.Ordinal) + 1)..]).Select(number => $"#{number}").ToArray();
        var plot = new Plot(
            Axis.Columns(labels), Axis.Around(finite.Min(), finite.Max(), Scale.Linear), "run", $"Best {metric} over the last commits",
            $"{points.Length} runs, from {points[0].Label} to {points[^1].Label}");
        plot.Line("curve best s0", [.. points.Select((point, index) => new Point(index, point.Best ?? double.NaN))]);
        for (var index = 0; index < points.Length; index++)
        {
            var point = points[index];
            var commit = $"{point.Label}, {PlainText.Of(point.Sha, 10)} {PlainText.Of(point.Subject, 72)}";
            if (point.Best is { } best && double.IsFinite(best))
            {
                plot.Dot(point.IsThisRun ? "dot top" : "dot solid", index, best, point.IsThisRun ? 5.5 : 3.5, $"{commit}: {ValueText.Of(best)}");
            }
            else
            {
                plot.Missing(index, $"{commit}: no value");
            }
        }

        ImmutableArray<LegendEntry> cross = points.Length > finite.Length ? [new("cross", Mark.Cross, "no value")] : [];
        return new Figure(
            $"Best {metric} over the last {points.Length} runs", plot.End(), [new("dot top", Mark.Dot, "this run"), .. cross],
            history.Length > Limit ? $"The last {Limit} of {history.Length:N0} runs are drawn." : "");
    }
}
