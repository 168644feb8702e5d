using System.Collections.Immutable;
using GradientCI.Importance;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>What is predicted over the two parameters that matter most, with the trials that taught it.</summary>
internal static class LandscapeChart
{
    private const int Levels = 6;
    private const int DotLimit = 300;
    private const int TitledDots = 100;

    /// <summary>Draws the areas of equal prediction, the better the darker.</summary>
    public static Figure Draw(Objective objective, Landscape landscape, bool isLog, ImmutableArray<TrialOutcome> trials)
    {
        var (across, up) = (landscape.Across, landscape.Up);
        var plot = new Plot(AxisOf(across.Domain), AxisOf(up.Domain), across.Name, $"{objective.Metric} over {across.Name} and {up.Name}", "darker is better");
        var values = landscape.Values.SelectMany(column => column).Select(Bent).ToArray();
        double low = values.Min(), high = values.Max();
        for (var level = 0; level < Levels; level++)
        {
            Fill(plot, landscape, level, value => LevelOf(Bent(value)));
        }

        var shown = SweepChart.Sampled([.. trials.Where(trial => trial.HasValue && Place(across, trial) is not null && Place(up, trial) is not null)], DotLimit);
        foreach (var trial in shown)
        {
            plot.Dot(trial.IsBest ? "dot top" : "dot pin", Place(across, trial)!.Value, Place(up, trial)!.Value, trial.IsBest ? 5 : 2.5, shown.Length <= TitledDots ? trial.Title : "");
        }

        return new Figure(
            $"{objective.Metric} over {across.Name} (across) and {up.Name} (up)", plot.End(),
            [new($"area h{Levels - 1}", Mark.Band, "predicted best"), new("area h0", Mark.Band, "predicted worst"), new("dot pin", Mark.Dot, "trial"), .. SweepChart.Legend([.. shown.Where(trial => trial.IsBest)], [])],
            "The mean prediction of the model, all other parameters averaged.");

        double Bent(double value) => isLog ? Math.Log(value) : value;

        int LevelOf(double value)
        {
            var share = high > low ? (value - low) / (high - low) : 0;
            return Math.Clamp((int)((objective.Direction == Direction.Maximize ? share : 1 - share) * Levels), 0, Levels - 1);
        }
    }

    // One path for each level; neighbours in a column are one rectangle.
    private static void Fill(Plot plot, Landscape landscape, int level, Func<double, int> levelOf)
    {
        plot.Svg.Add($"<path class=\"{new Raw($"area h{level}")}\" d=\"");
        for (var column = 0; column < landscape.Values.Length; column++)
        {
            var (left, right) = (Plot.Across(landscape.Columns[column]), Plot.Across(landscape.Columns[column + 1]));
            for (var row = 0; row < landscape.Values[column].Length; row++)
            {
                var from = row;
                while (row < landscape.Values[column].Length && levelOf(landscape.Values[column][row]) == level)
                {
                    row++;
                }

                if (row > from)
                {
                    plot.Svg.Add($"M{left} {Plot.Up(landscape.Rows[from])}V{Plot.Up(landscape.Rows[row])}H{right}V{Plot.Up(landscape.Rows[from])}z");
                }
            }
        }

        plot.Svg.Add($"\"/>");
    }

    // The axis spans what the units from 0 to 1 stand for: steps have half a step of room at either end.
    private static Axis AxisOf(ParameterDomain domain) => domain switch
    {
        ChoiceDomain choices => Axis.Columns([.. choices.Values.Select(value => value.ToString())]),
        FloatDomain { Count: not null, Scale: Scale.Linear, Step: { } step } stepped => Axis.Around(stepped.Low - (step / 2), stepped.High + (step / 2), Scale.Linear, tight: true),
        FloatDomain floats => Axis.Around(floats.Low, floats.High, floats.Scale, tight: true),
        IntDomain { Scale: Scale.Log } whole => Axis.Around(whole.Low - 0.5, whole.High + 0.5, Scale.Log, tight: true),
        IntDomain whole => Axis.Around(whole.Low - (whole.Step / 2.0), whole.High + (whole.Step / 2.0), Scale.Linear, tight: true),
        _ => Axis.Around(0, 1, Scale.Linear, tight: true),
    };

    private static double? Place(Parameter parameter, TrialOutcome trial) => trial.Parameters[parameter.Name] is not { } value ? null
        : parameter.Domain is ChoiceDomain choices ? choices.IndexOf(value)
        : value.AsDouble;
}
