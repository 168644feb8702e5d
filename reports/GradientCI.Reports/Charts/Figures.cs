using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>Charts that belong together.</summary>
/// <param name="Title">The heading, ours.</param>
/// <param name="Items">The charts.</param>
/// <param name="Note">What is left out; untrusted text, or empty.</param>
/// <param name="IsFolded">Whether they are shown only on request.</param>
internal sealed record FigureGroup(string Title, ImmutableArray<Figure> Items, string Note, bool IsFolded);

/// <summary>All charts of a report, as many as a reader can take in.</summary>
internal static class Figures
{
    private const int SliceLimit = 12;
    private const int CurveLimit = 24;
    private const int SystemLimit = 8;

    /// <summary>The groups that have a chart or a note.</summary>
    public static ImmutableArray<FigureGroup> Of(Report report)
    {
        var groups = ChartGroup.Of(report);
        FigureGroup[] all =
        [
            Curves(report, "Charts", Overview(report), [.. groups.Where(group => !group.IsSystem)], CurveLimit),
            Mattered(report),
            Slices(report),
            Curves(report, "Machine", [], [.. groups.Where(group => group.IsSystem)], SystemLimit) with { IsFolded = true },
        ];
        return [.. all.Where(group => group.Items.Length > 0)];
    }

    private static ImmutableArray<Figure> Overview(Report report)
    {
        if (report.Objective is not { } objective)
        {
            return [];
        }

        Figure?[] figures =
        [
            .. report.Run.Run.Spec.Objectives.Length > 1 ? ParetoChart.Draw(report) : [],
            HypervolumeChart.Draw(report),
            report.Outcomes.Length > 1 && report.Outcomes.Any(trial => trial.HasValue) ? SweepChart.Draw(objective, report.Outcomes, RandomSearchOf(report, objective)) : null,
            HistoryChart.Draw(objective.Metric, report.History),
        ];
        return [.. figures.OfType<Figure>()];
    }

    private static ImmutableArray<Point> RandomSearchOf(Report report, Objective objective) => report.Importance is { Explained: >= WhatMattered.Trusted } known
        ? [.. RandomSearch.Expected(known.RandomDraws, objective.Direction, report.Ranking.Sets.Length).Select(one => new Point(one.Sets * report.Run.Run.Spec.Sweep.Repeats, one.Best))]
        : [];

    private static FigureGroup Mattered(Report report)
    {
        if (report is not { Objective: { } objective, Importance: { } known })
        {
            return new FigureGroup("What mattered", [], "", false);
        }

        var parameters = report.Run.Run.Spec.Sweep.Space.Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        Figure?[] figures =
        [
            ImportanceChart.Draw(objective.Metric, known),
            known.Landscape is { } landscape ? LandscapeChart.Draw(objective, landscape, known.IsLog, report.Outcomes) : null,
            ParallelChart.Draw(objective, [.. known.Parameters.Select(parameter => parameters[parameter.Parameter])], report.Outcomes),
        ];
        return new FigureGroup("What mattered", [.. figures.OfType<Figure>()], WhatMattered.Note(known, objective.Metric), false);
    }

    private static FigureGroup Slices(Report report)
    {
        if (report.Objective is not { } objective || !report.Outcomes.Any(trial => trial.HasValue))
        {
            return new FigureGroup("Parameters", [], "", false);
        }

        var domains = report.Run.Run.Spec.Sweep.Space.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Domain, StringComparer.Ordinal);
        var names = report.Outcomes.SelectMany(trial => trial.Parameters.Select(parameter => parameter.Key)).Distinct(StringComparer.Ordinal);
        ImmutableArray<Figure> figures =
            [.. names.Select(name => SliceChart.Draw(objective, name, domains.GetValueOrDefault(name), report.Outcomes)).OfType<Figure>().Take(SliceLimit + 1)];
        return new FigureGroup(
            "Parameters", [.. figures.Take(SliceLimit)], figures.Length > SliceLimit ? $"The first {SliceLimit} parameters are drawn; all are in report.json." : "", false);
    }

    private static FigureGroup Curves(Report report, string title, ImmutableArray<Figure> first, ImmutableArray<ChartGroup> groups, int limit)
    {
        var best = report.Featured?.Trial.Id.ToString();
        var ranked = report.Ranking.Sets.SelectMany(set => set.Trials).ToArray();
        var figures = groups.Take(limit).Select(group => CurvesChart.Draw(
            group.Title,
            [
                .. group.Metrics.Select(metric => new MetricCurves(metric,
                    [.. ranked.Where(trial => trial.Series.ContainsKey(metric)).Select(trial => new TrialCurve(trial.Trial.Id.ToString(), trial.Series[metric].Curve,
                        trial.Series[metric].Summary.Finite < trial.Series[metric].Summary.Count))])),
            ],
            group.Scale, best));
        var rest = groups.Skip(limit).SelectMany(group => group.Metrics).ToArray();
        var note = rest.Length == 0 ? "" : $"Not drawn: {rest.Length:N0} more metrics ({string.Join(", ", rest.Take(5))}…); their values are in report.json.";
        return new FigureGroup(title, [.. first, .. figures], note, false);
    }
}
