using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Markdown;

/// <summary>A small chart that GitHub draws: the objective over the last commits, or the best trial's curve.</summary>
internal static class MermaidChart
{
    private const int CommitLimit = 20;
    private const int CurvePoints = 30;

    /// <summary>The chart as a fenced block, or null when there is nothing to draw.</summary>
    public static MarkdownText? Of(Report report)
    {
        if (report.Objective is not { } objective)
        {
            return null;
        }

        var commits = report.History.Where(point => point.Best is { } best && double.IsFinite(best)).TakeLast(CommitLimit).ToArray();
        if (commits.Length >= 2)
        {
            var labels = string.Join(", ", commits.Select(point => $"\"{Label(point.Label[(point.Label.IndexOf('#', StringComparison.Ordinal) + 1)..], 12)}\""));
            return Block($"Best {objective.Metric} by run", $"[{labels}]", [.. commits.Select(point => point.Best!.Value)]);
        }

        if (report.Featured is not { } trial || !trial.Series.TryGetValue(objective.Metric, out var series))
        {
            return null;
        }

        var curve = Curve.Of(series.Curve, 300).Where(point => !double.IsNaN(point.Y)).ToArray();
        if (curve.Length < 3 || curve[0].X >= curve[^1].X || Number(curve[0].X) is not { } first || Number(curve[^1].X) is not { } last)
        {
            return null;
        }

        return Block($"{objective.Metric} of trial {trial.Trial.Id}", $"\"step\" {first} --> {last}", Spread(curve));
    }

    private static MarkdownText? Block(string title, string x, ImmutableArray<double> values)
    {
        double low = values.Min(), high = values.Max();
        var pad = high > low ? (high - low) * 0.1 : Math.Max(Math.Abs(high) * 0.1, 0.01);
        return Number(low - pad) is { } bottom && Number(high + pad) is { } top && bottom != top
            ? new MarkdownText($"```mermaid\nxychart-beta\n    title \"{Label(title, 60)}\"\n    x-axis {x}\n    y-axis {bottom} --> {top}\n    line [{string.Join(", ", values.Select(Number))}]\n```\n")
            : null;
    }

    // The chart sets values at equal distances, and a curve need not.
    private static ImmutableArray<double> Spread(Point[] curve)
    {
        var places = Math.Min(CurvePoints, curve.Length);
        var at = 0;
        return [.. Enumerable.Range(0, places).Select(place =>
        {
            var x = curve[0].X + ((curve[^1].X - curve[0].X) * place / (places - 1));
            while (at + 2 < curve.Length && curve[at + 1].X < x)
            {
                at++;
            }

            var (left, right) = (curve[at], curve[at + 1]);
            var share = right.X > left.X ? Math.Clamp((x - left.X) / (right.X - left.X), 0, 1) : 1;
            return left.Y + ((right.Y - left.Y) * share);
        })];
    }

    // Mermaid reads neither exponents nor long fractions; a value that needs them is not drawn.
    private static string? Number(double value) =>
        !double.IsFinite(value) || Math.Abs(value) >= 1e12 || (value != 0 && Math.Abs(value) < 1e-6)
            ? null
            : value.ToString(Math.Abs(value) >= 1 ? "0.####" : "0.#########", CultureInfo.InvariantCulture);

    private static string Label(string text, int limit) =>
        string.Concat(PlainText.Of(text, limit).Select(character => char.IsLetterOrDigit(character) || character is ' ' or '_' or '-' or '.' or '/' or '#' ? character : '?'));
}
