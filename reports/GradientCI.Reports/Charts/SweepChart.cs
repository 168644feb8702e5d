using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>The objective of each trial in the order of the sweep, with the best so far.</summary>
internal static class SweepChart
{
    private const int DotLimit = 500;
    private const int TitledDots = 200;

    /// <summary>Draws trials that have ended, by number.</summary>
    /// <param name="objective">What is optimised.</param>
    /// <param name="trials">The trials.</param>
    /// <param name="random">What random search would have found by a trial's number; empty when nobody can tell.</param>
    public static Figure Draw(Objective objective, ImmutableArray<TrialOutcome> trials, ImmutableArray<Point> random)
    {
        var valued = trials.Where(trial => trial.HasValue).ToArray();
        var y = ObjectiveAxis(valued);
        var plot = new Plot(
            Axis.Around(trials.Min(trial => trial.Number), trials.Max(trial => trial.Number), Scale.Linear), y, "trial",
            $"{objective.Metric} of every trial", $"{valued.Length} trials with a value, {trials.Length - valued.Length} without");

        var steps = BestSoFar(objective, valued, trials[^1].Number);
        if (!random.IsEmpty)
        {
            plot.Line("curve random", random.AsSpan());
        }

        plot.Line("curve best s0", steps.AsSpan());
        var shown = Sampled(trials, DotLimit);
        foreach (var trial in shown)
        {
            Mark(plot, trial, trial.Number, shown.Length <= TitledDots);
        }

        return new Figure($"{objective.Metric} by trial", plot.End(), Legend(trials, [new("s0", Charts.Mark.Line, "best so far"), .. random.IsEmpty ? Array.Empty<LegendEntry>() : [new("random", Charts.Mark.Line, "random search, expected by the model")]]), Note(shown.Length, trials.Length));
    }

    /// <summary>The y axis for values of the objective: log when they span three decades.</summary>
    public static Axis ObjectiveAxis(IReadOnlyCollection<TrialOutcome> valued)
    {
        var values = valued.Select(trial => trial.Value!.Value).DefaultIfEmpty(double.NaN).ToArray();
        double low = values.Min(), high = values.Max();
        return Axis.Around(low, high, low > 0 && high / low > 1_000 ? Scale.Log : Scale.Linear);
    }

    /// <summary>About so many trials, and always the best. Spread by a hash: every second trial of a grid is only half of its values.</summary>
    public static TrialOutcome[] Sampled(ImmutableArray<TrialOutcome> trials, int limit) =>
        trials.Length <= limit ? [.. trials] : [.. trials.Where(trial => trial.IsBest || (uint)(trial.Number * 2654435761L) < uint.MaxValue / (double)trials.Length * limit)];

    /// <summary>Draws one trial: a dot, a ring when infeasible, a dash when pruned, a cross when it has no value for another reason.</summary>
    public static void Mark(Plot plot, TrialOutcome trial, double x, bool titled)
    {
        if (!trial.HasValue)
        {
            plot.Missing(x, titled ? $"{trial.Label}: {trial.State}" : "", trial.IsPruned);
            return;
        }

        var style = trial.IsBest ? "dot top" : trial.IsInfeasible ? "dot ring" : "dot";
        plot.Dot(style, x, trial.Value!.Value, trial.IsBest ? 5 : 3, titled ? trial.Title : "");
    }

    /// <summary>What the marks mean, as far as they occur.</summary>
    public static ImmutableArray<LegendEntry> Legend(ImmutableArray<TrialOutcome> trials, ImmutableArray<LegendEntry> first)
    {
        var legend = first.ToBuilder();
        if (trials.FirstOrDefault(trial => trial.IsBest) is { Label: { } best })
        {
            legend.Add(new("dot top", Charts.Mark.Dot, $"best, {best}"));
        }

        if (trials.Any(trial => trial.IsInfeasible))
        {
            legend.Add(new("dot ring", Charts.Mark.Dot, "breaks a constraint"));
        }

        if (trials.Any(trial => trial.IsPruned))
        {
            legend.Add(new("cross quiet", Charts.Mark.Dash, "pruned"));
        }

        if (trials.Any(trial => !trial.HasValue && !trial.IsPruned))
        {
            legend.Add(new("cross", Charts.Mark.Cross, "failed or without a value"));
        }

        return legend.ToImmutable();
    }

    /// <summary>How many of the trials are drawn, when not all.</summary>
    public static string Note(int shown, int total) => shown < total ? $"{shown:N0} of {total:N0} trials are drawn." : "";

    private static ImmutableArray<Point> BestSoFar(Objective objective, TrialOutcome[] valued, int end)
    {
        var steps = ImmutableArray.CreateBuilder<Point>();
        foreach (var trial in valued.Where(trial => !trial.IsInfeasible))
        {
            var value = trial.Value!.Value;
            if (steps.Count == 0)
            {
                steps.Add(new Point(trial.Number, value));
            }
            else if (objective.IsBetter(value, steps[^1].Y))
            {
                steps.Add(new Point(trial.Number, steps[^1].Y));
                steps.Add(new Point(trial.Number, value));
            }
        }

        if (steps.Count > 0)
        {
            steps.Add(new Point(end, steps[^1].Y));
        }

        return steps.ToImmutable();
    }
}
