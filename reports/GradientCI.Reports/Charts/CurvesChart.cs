using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>The series of one trial.</summary>
/// <param name="Trial">Its label.</param>
/// <param name="Points">Points in order of arrival.</param>
/// <param name="HasGaps">Whether a value of the whole series was not finite.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TrialCurve(string Trial, ImmutableArray<MetricPoint> Points, bool HasGaps = false);

/// <summary>The series of one metric.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Trials">Trials that have it, the best first.</param>
internal sealed record MetricCurves(string Metric, ImmutableArray<TrialCurve> Trials);

/// <summary>Metrics over steps, for one trial or a thousand.</summary>
internal static class CurvesChart
{
    /// <summary>The most metrics of one chart: as many as there are colours.</summary>
    public const int MetricLimit = 6;

    private const int CurveLimit = 20;
    private const int BestPoints = 300;
    private const int OtherPoints = 120;

    /// <summary>From here on a band says more than twenty lines of many.</summary>
    private const int BandFrom = 24;

    private const double Decades = 1_000;

    /// <summary>Draws the metrics together.</summary>
    /// <param name="title">The chart's title.</param>
    /// <param name="metrics">One to <see cref="MetricLimit"/> metrics.</param>
    /// <param name="scale">The scale that was asked for; null takes log when the values span more than three decades.</param>
    /// <param name="best">The label of the best trial, or null.</param>
    public static Figure Draw(string title, ImmutableArray<MetricCurves> metrics, Scale? scale, string? best)
    {
        var curves = metrics
            .Select(metric => metric.Trials.Select(trial => (trial.Trial, Points: Curve.Of(trial.Points, trial.Trial == best ? BestPoints : OtherPoints))).ToArray())
            .ToArray();
        var extent = Extent.Of(curves.SelectMany(metric => metric).Select(curve => curve.Points));
        var log = scale == Scale.Log || (scale is null && extent.LowY > 0 && extent.HighY / extent.LowY > Decades);
        var plot = new Plot(
            Axis.Around(extent.LowX, extent.HighX, Scale.Linear, tight: true),
            Axis.Around(log ? extent.LeastPositiveY : extent.LowY, extent.HighY, log ? Scale.Log : Scale.Linear),
            "step", title, $"{string.Join(", ", metrics.Select(metric => metric.Metric))} over steps, {curves.Max(metric => metric.Length)} trials");

        var legend = new List<LegendEntry>();
        var quantiles = metrics.Length == 1 ? Curve.Quantiles([.. curves[0].Select(curve => curve.Points)], extent.LowX, extent.HighX, 0.1, 0.5, 0.9) : [];
        var drawn = Math.Max(1, CurveLimit / metrics.Length);
        var total = curves.Max(metric => metric.Length);
        for (var index = 0; index < curves.Length; index++)
        {
            var style = metrics.Length == 1 ? "" : $" s{index}";
            if (metrics.Length == 1 && total > BandFrom)
            {
                Band(plot, quantiles, total, legend);
            }

            foreach (var (trial, points) in curves[index].Where(curve => curve.Trial != best).Take(drawn).Reverse())
            {
                plot.Line($"curve thin{style}", points, metrics.Length == 1 ? trial : "");
            }
        }

        for (var index = 0; index < curves.Length; index++)
        {
            var style = metrics.Length == 1 ? "s0" : $"s{index}";
            foreach (var (trial, points) in curves[index].Where(curve => curve.Trial == best))
            {
                plot.Line($"curve best {style}", points, metrics.Length == 1 ? trial : $"{trial} {metrics[index].Metric}");
            }

            if (metrics.Length > 1)
            {
                legend.Add(new LegendEntry(style, Mark.Line, metrics[index].Metric));
            }
        }

        if (metrics.Length == 1)
        {
            Single(plot, curves[0], quantiles[1], best, legend);
        }

        return new Figure(title, plot.End(), [.. legend], Note(curves, metrics, best, drawn, extent, log));
    }

    private static void Band(Plot plot, Point[][] quantiles, int total, List<LegendEntry> legend)
    {
        Point[] outline = [.. quantiles[0].Where(point => !double.IsNaN(point.Y)), .. quantiles[2].Where(point => !double.IsNaN(point.Y)).Reverse()];
        plot.Line("band", outline);
        legend.Add(new LegendEntry("band", Mark.Band, $"10–90 % of {total:N0} trials"));
    }

    private static void Single(Plot plot, (string Trial, Point[] Points)[] curves, Point[] median, string? best, List<LegendEntry> legend)
    {
        if (curves.Any(curve => curve.Trial == best))
        {
            legend.Insert(0, new LegendEntry("s0", Mark.Line, curves.Length == 1 ? best! : $"best, {best}"));
        }

        if (curves.Length >= 3)
        {
            plot.Line("curve median", median, "median");
            legend.Add(new LegendEntry("median", Mark.Line, "median"));
        }

        if (curves.Any(curve => curve.Trial != best))
        {
            legend.Add(new LegendEntry("thin", Mark.Line, curves.Length > 2 ? "other trials" : "other trial"));
        }
    }

    private static string Note(
        (string Trial, Point[] Points)[][] curves, ImmutableArray<MetricCurves> metrics, string? best, int drawn, Extent extent, bool log)
    {
        var notes = new List<string>();
        var total = curves.Max(metric => metric.Length);
        var others = curves.Max(metric => metric.Count(curve => curve.Trial != best));
        if (metrics.Length > 1 && total > 1)
        {
            notes.Add($"Thick: {best ?? "none"}, the best; thin: others.");
        }

        if (others > drawn)
        {
            notes.Add($"The best {drawn} of {others:N0} other trials are drawn.");
        }

        var gaps = metrics.Sum(metric => metric.Trials.Count(trial => trial.HasGaps));
        if (gaps > 0)
        {
            notes.Add($"{gaps:N0} of {curves.Sum(metric => metric.Length):N0} curves have values that are not finite: gaps.");
        }

        if (log && extent.LowY <= 0)
        {
            notes.Add(extent.LeastPositiveY > 0 && double.IsFinite(extent.LeastPositiveY)
                ? "Values that are not positive have no place on the log scale."
                : "Log scale was asked for, but no value is positive.");
        }

        return string.Join(' ', notes);
    }

    /// <summary>How far curves reach.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Extent(double LowX, double HighX, double LowY, double HighY, double LeastPositiveY)
    {
        public static Extent Of(IEnumerable<Point[]> curves)
        {
            double lowX = double.PositiveInfinity, highX = double.NegativeInfinity;
            double lowY = lowX, highY = highX, positive = lowX;
            foreach (var curve in curves)
            {
                foreach (var point in curve)
                {
                    lowX = Math.Min(lowX, point.X);
                    highX = Math.Max(highX, point.X);
                    if (!double.IsNaN(point.Y))
                    {
                        lowY = Math.Min(lowY, point.Y);
                        highY = Math.Max(highY, point.Y);
                        positive = point.Y > 0 ? Math.Min(positive, point.Y) : positive;
                    }
                }
            }

            // Without a positive value the log axis gets the plain lower end, and falls back to linear.
            return new Extent(lowX, highX, lowY, highY, double.IsFinite(positive) ? positive : lowY);
        }
    }
}
