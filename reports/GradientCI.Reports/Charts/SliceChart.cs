using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>One parameter against the objective.</summary>
internal static class SliceChart
{
    private const int DotLimit = 500;
    private const int TitledDots = 100;

    /// <summary>Up to so many different values each get a column of their own.</summary>
    private const int ColumnLimit = 8;

    private const int MostColumns = 24;
    private const int Lanes = 9;

    /// <summary>Draws the parameter's slice, or gives null when it has fewer than two values.</summary>
    public static Figure? Draw(Objective objective, string parameter, ParameterDomain? domain, ImmutableArray<TrialOutcome> trials)
    {
        var known = trials.Where(trial => trial.Parameters[parameter] is not null).ToImmutableArray();
        var values = known.Select(trial => trial.Parameters[parameter]!.Value).Distinct().ToArray();
        if (values.Length < 2)
        {
            return null;
        }

        var numeric = values.All(value => value.IsNumeric && double.IsFinite(value.AsDouble));
        return numeric && values.Length > ColumnLimit
            ? Continuous(objective, parameter, domain, known)
            : Columns(objective, parameter, numeric ? [.. values.OrderBy(value => value.AsDouble)] : values, known);
    }

    private static Figure Continuous(Objective objective, string parameter, ParameterDomain? domain, ImmutableArray<TrialOutcome> trials)
    {
        var scale = domain is FloatDomain { Scale: Scale.Log } or IntDomain { Scale: Scale.Log } ? Scale.Log : Scale.Linear;
        var xs = trials.Select(trial => trial.Parameters[parameter]!.Value.AsDouble).ToArray();
        var plot = Open(objective, parameter, Axis.Around(xs.Min(), xs.Max(), scale), trials);
        var shown = SweepChart.Sampled(trials, DotLimit);
        foreach (var trial in shown)
        {
            SweepChart.Mark(plot, trial, trial.Parameters[parameter]!.Value.AsDouble, shown.Length <= TitledDots);
        }

        return Close(objective, parameter, plot, trials, [], SweepChart.Note(shown.Length, trials.Length));
    }

    private static Figure Columns(Objective objective, string parameter, ParameterValue[] values, ImmutableArray<TrialOutcome> trials)
    {
        var columns = values.Take(MostColumns).ToArray();
        var places = columns.Select((value, index) => (value, index)).ToDictionary(pair => pair.value, pair => pair.index);
        var held = trials.Where(trial => places.ContainsKey(trial.Parameters[parameter]!.Value)).ToImmutableArray();
        var repeats = held.Max(trial => trial.Repeat);
        var plot = Open(objective, parameter, Axis.Columns([.. columns.Select(value => value.ToString())]), held);
        foreach (var (value, place) in places)
        {
            var finite = held.Where(trial => trial.HasValue && trial.Parameters[parameter] == value).Select(trial => trial.Value!.Value).ToArray();
            if (finite.Length > 0)
            {
                var mean = finite.Average();
                plot.Line("curve mean", [new Point(place - 0.3, mean), new Point(place + 0.3, mean)], "mean");
            }
        }

        var shown = SweepChart.Sampled(held, DotLimit);
        int[] seen = new int[columns.Length], counts = new int[columns.Length];
        foreach (var trial in shown)
        {
            counts[places[trial.Parameters[parameter]!.Value]]++;
        }

        foreach (var trial in shown)
        {
            // Repeats, or else neighbours in time, stand side by side: no dot hides another, and the picture never changes.
            var place = places[trial.Parameters[parameter]!.Value];
            var (lane, lanes) = repeats > 1 ? (trial.Repeat - 1, repeats) : (seen[place]++ % Lanes, Math.Min(Lanes, counts[place]));
            SweepChart.Mark(plot, trial, place + (lanes < 2 ? 0 : ((lane / (lanes - 1.0)) - 0.5) * 0.4), shown.Length <= TitledDots);
        }

        var note = values.Length > columns.Length ? $"The first {columns.Length} of {values.Length:N0} values are drawn." : SweepChart.Note(shown.Length, held.Length);
        return Close(objective, parameter, plot, held, [new("mean", Charts.Mark.Line, "mean")], note);
    }

    private static Plot Open(Objective objective, string parameter, Axis x, ImmutableArray<TrialOutcome> trials) => new(
        x, SweepChart.ObjectiveAxis([.. trials.Where(trial => trial.HasValue)]), parameter,
        $"{objective.Metric} against {parameter}", $"{trials.Length} trials");

    private static Figure Close(
        Objective objective, string parameter, Plot plot, ImmutableArray<TrialOutcome> trials, ImmutableArray<LegendEntry> first, string note) =>
        new($"{objective.Metric} by {parameter}", plot.End(), SweepChart.Legend(trials, first), note);
}
