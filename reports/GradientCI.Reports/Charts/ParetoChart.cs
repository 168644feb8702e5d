using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>Two objectives against each other, with the sets that none beats.</summary>
internal static class ParetoChart
{
    private const int DotLimit = 500;
    private const int TitledDots = 200;
    private const double Decades = 1_000;

    /// <summary>A chart for each pair of objectives; none with one objective, and without a set to draw.</summary>
    public static ImmutableArray<Figure> Draw(Report report)
    {
        var objectives = report.Run.Run.Spec.Objectives;
        var sets = report.Ranking.Sets.Where(set => set.IsUsable).ToArray();
        return sets.Length == 0 ? [] :
        [
            .. Enumerable.Range(0, objectives.Length).SelectMany(y => Enumerable.Range(y + 1, objectives.Length - y - 1)
                .Select(x => Draw(report, objectives, x, y, sets))),
        ];
    }

    private static Figure Draw(Report report, ImmutableArray<Objective> objectives, int x, int y, ParameterSetResult[] sets)
    {
        var before = report.BaselineFront;
        var title = $"{objectives[y].Metric} against {objectives[x].Metric}";
        var plot = new Plot(
            AxisOf([.. sets, .. before], x), AxisOf([.. sets, .. before], y), objectives[x].Metric, title,
            $"{sets.Length} parameter sets, {report.Ranking.Front.Length} of them on the front");

        // Of more than two objectives a front is no line in a plane.
        if (objectives.Length == 2)
        {
            plot.Line("curve median", Steps(before, objectives[x]).AsSpan(), report.Baseline is { } run ? $"front of {run.Run.Id}" : "");
            plot.Line("curve best s0", Steps(report.Ranking.Front, objectives[x]).AsSpan());
        }

        var shown = Sampled(sets);
        foreach (var set in shown.Reverse())
        {
            var isBest = ReferenceEquals(set, report.Best);
            var style = isBest ? "dot top" : set.Front == 1 ? "dot solid" : set.Broken.IsEmpty ? "dot" : "dot ring";
            plot.Dot(style, Mean(set, x), Mean(set, y), isBest ? 5.5 : set.Front == 1 ? 4 : 3, shown.Length <= TitledDots ? Title(set) : "");
        }

        return new Figure(title, plot.End(), Legend(report, sets, before, objectives), Note(report, shown.Length, sets.Length));
    }

    // From each set of the front to the next, along what is still reached: at the better of the two in the objective on the horizontal axis.
    private static ImmutableArray<Point> Steps(ImmutableArray<ParameterSetResult> front, Objective across)
    {
        var steps = ImmutableArray.CreateBuilder<Point>();
        foreach (var set in front.OrderBy(set => Mean(set, 1)))
        {
            var point = new Point(Mean(set, 1), Mean(set, 0));
            if (steps.Count > 0)
            {
                steps.Add(across.Direction == Direction.Minimize ? new Point(point.X, steps[^1].Y) : new Point(steps[^1].X, point.Y));
            }

            steps.Add(point);
        }

        return steps.ToImmutable();
    }

    private static Axis AxisOf(IReadOnlyCollection<ParameterSetResult> sets, int objective)
    {
        double low = sets.Min(set => Mean(set, objective)), high = sets.Max(set => Mean(set, objective));
        return Axis.Around(low, high, low > 0 && high / low > Decades ? Scale.Log : Scale.Linear);
    }

    private static double Mean(ParameterSetResult set, int objective) => set.Results[objective].Mean!.Value;

    // The front whole; of the others about so many, spread by a hash, as every second set of a grid is only half of its values.
    private static ParameterSetResult[] Sampled(ParameterSetResult[] sets) => sets.Length <= DotLimit
        ? sets
        : [.. sets.Where(set => set.Front == 1 || (uint)(set.Number * 2654435761L) < uint.MaxValue / (double)sets.Length * DotLimit)];

    private static string Title(ParameterSetResult set) =>
        PlainText.Of($"{set.Representative.Trial.Id}: {FrontText.Values(set)} ({set.Parameters})", 160);

    private static ImmutableArray<LegendEntry> Legend(
        Report report, ParameterSetResult[] sets, ImmutableArray<ParameterSetResult> before, ImmutableArray<Objective> objectives)
    {
        var legend = ImmutableArray.CreateBuilder<LegendEntry>();
        if (report.Best is { } best)
        {
            legend.Add(new("dot top", Mark.Dot, $"best of {objectives[0].Metric}, {best.Representative.Trial.Id}"));
        }

        if (report.Ranking.Front.Length > 1)
        {
            legend.Add(new("dot solid", Mark.Dot, "on the front"));
        }

        if (sets.Any(set => set.Front > 1))
        {
            legend.Add(new("dot", Mark.Dot, "beaten"));
        }

        if (sets.Any(set => !set.Broken.IsEmpty))
        {
            legend.Add(new("dot ring", Mark.Dot, "breaks a constraint"));
        }

        if (objectives.Length == 2 && !before.IsEmpty)
        {
            legend.Add(new("median", Mark.Line, $"front of {report.Baseline!.Run.Id}"));
        }

        return legend.ToImmutable();
    }

    private static string Note(Report report, int shown, int total)
    {
        var without = report.Ranking.Sets.Length - total;
        string[] notes =
        [
            shown < total ? $"{shown:N0} of {total:N0} parameter sets are drawn." : "",
            without > 0 ? $"{(without == 1 ? "1 set lacks" : $"{without:N0} sets lack")} a finite value of an objective." : "",
        ];
        return string.Join(' ', notes.Where(note => note.Length > 0));
    }
}
