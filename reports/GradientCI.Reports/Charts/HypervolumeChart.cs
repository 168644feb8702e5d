using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>How much the front beats, trial by trial: what the best so far is with one objective.</summary>
internal static class HypervolumeChart
{
    private const int DotLimit = 60;

    /// <summary>A chart; null with one objective, and when fewer than two trials have ended or no set is on the front.</summary>
    public static Figure? Draw(Report report)
    {
        if (report.Outcomes.Length < 2 || FrontGrowth.Of(report.Ranking, report.BaselineFront) is not { } growth)
        {
            return null;
        }

        var end = report.Outcomes[^1].Number;
        var values = growth.Steps.Select(step => step.Hypervolume).Append(growth.Baseline ?? growth.Steps[0].Hypervolume).ToArray();
        var plot = new Plot(
            Axis.Around(report.Outcomes[0].Number, end, Scale.Linear), Axis.Around(values.Min(), values.Max(), Scale.Linear), "trial",
            "Hypervolume by trial", $"{growth.Steps[^1].Hypervolume:0.###} of the box after {end:N0} trials");
        if (growth.Baseline is { } before)
        {
            plot.Line("curve median", [new Point(report.Outcomes[0].Number, before), new Point(end, before)], $"front of {report.Baseline!.Run.Id}");
        }

        plot.Line("curve best s0", Stairs(growth.Steps, end).AsSpan());
        foreach (var step in growth.Steps.Length <= DotLimit ? growth.Steps : [])
        {
            plot.Dot("dot solid", step.Trial, step.Hypervolume, 3, PlainText.Of($"after trial {step.Trial}: {ValueText.Of(step.Hypervolume)}", 120));
        }

        ImmutableArray<LegendEntry> legend = [new("s0", Mark.Line, "this run's front so far")];
        return new Figure(
            "Hypervolume by trial", plot.End(), growth.Baseline is null ? legend : legend.Add(new("median", Mark.Line, $"front of {report.Baseline!.Run.Id}")),
            $"A share of the box that {(growth.Baseline is null ? "the front spans" : "both fronts span")} and a tenth more: what all feasible sets so far beat of it together.");
    }

    private static ImmutableArray<Point> Stairs(ImmutableArray<FrontStep> steps, int end)
    {
        var stairs = ImmutableArray.CreateBuilder<Point>();
        foreach (var step in steps)
        {
            if (stairs.Count > 0)
            {
                stairs.Add(new Point(step.Trial, stairs[^1].Y));
            }

            stairs.Add(new Point(step.Trial, step.Hypervolume));
        }

        stairs.Add(new Point(end, stairs[^1].Y));
        return stairs.ToImmutable();
    }
}
