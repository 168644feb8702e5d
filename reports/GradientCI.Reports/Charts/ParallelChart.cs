using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>Parallel coordinates: one upright axis for each parameter and one for the objective, one line for each trial.</summary>
internal static class ParallelChart
{
    private const int Axes = 8;
    private const int LineLimit = 200;
    private const double Left = 34;
    private const double Right = Plot.Width - 34;
    private const double Top = 26;
    private const double Bottom = Plot.Height - 52;

    /// <summary>Draws the trials with a value; null when fewer than two parameters varied.</summary>
    /// <param name="objective">What is optimised.</param>
    /// <param name="parameters">The parameters that varied, the most important first.</param>
    /// <param name="trials">The trials.</param>
    public static Figure? Draw(Objective objective, ImmutableArray<Parameter> parameters, ImmutableArray<TrialOutcome> trials)
    {
        var valued = trials.Where(trial => trial.HasValue).ToImmutableArray();
        if (parameters.Length < 2 || valued.Length < 2)
        {
            return null;
        }

        var drawn = parameters.Take(Axes).ToArray();
        var scale = SweepChart.ObjectiveAxis(valued);
        var shown = SweepChart.Sampled(valued, LineLimit);
        var sorted = valued.Select(trial => trial.Value!.Value).Order().ToArray();
        var border = objective.Direction == Direction.Minimize ? sorted[(sorted.Length - 1) / 10] : sorted[^(((sorted.Length - 1) / 10) + 1)];
        var gap = (Right - Left) / drawn.Length;
        var svg = new Markup();
        svg.Add($"<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Plot.Width} {Plot.Height}\" role=\"img\">");
        svg.Add($"<title>{$"{objective.Metric} and the parameters that led to it"}</title><desc>{$"{shown.Length} trials over {drawn.Length} parameters"}</desc>");
        foreach (var trial in shown.OrderBy(trial => trial.IsBest).ThenBy(trial => objective.IsBetter(trial.Value!.Value, border)))
        {
            var style = trial.IsBest ? "curve s1 best" : objective.IsBetter(border, trial.Value!.Value) ? "curve thin" : "curve some";
            Line(svg, style, trial, [.. drawn.Select(parameter => Share(parameter.Domain, trial.Parameters[parameter.Name])), scale.Position(trial.Value!.Value)], gap);
        }

        foreach (var (parameter, at) in drawn.Select((parameter, at) => (parameter, at)))
        {
            var (low, high) = Ends(parameter.Domain);
            Upright(svg, Left + (at * gap), parameter.Name, low, high, at);
        }

        Upright(svg, Right, objective.Metric, ValueText.Of(scale.Low), ValueText.Of(scale.High), drawn.Length);
        svg.Add($"</svg>");
        var note = parameters.Length > Axes ? $"The {Axes} most important of {parameters.Length} parameters are drawn." : SweepChart.Note(shown.Length, valued.Length);
        return new Figure(
            $"{objective.Metric} and the parameters that led to it", svg.ToString(),
            SweepChart.Legend([.. shown.Where(trial => trial.IsBest)], [new("s1 best", Mark.Line, "best"), new("some", Mark.Line, "best tenth")]).RemoveAll(entry => entry.Mark == Mark.Dot), note);
    }

    private static void Line(Markup svg, string style, TrialOutcome trial, double[] shares, double gap)
    {
        svg.Add($"<path class=\"{style}\" d=\"");
        var isOpen = false;
        for (var at = 0; at < shares.Length; at++)
        {
            // A parameter that does not exist in this trial is a gap.
            if (!double.IsFinite(shares[at]))
            {
                isOpen = false;
                continue;
            }

            var (x, y) = (Left + (at * gap), Bottom - (shares[at] * (Bottom - Top)));
            _ = isOpen ? svg.Add($"L{x} {y}") : svg.Add($"M{x} {y}");
            isOpen = true;
        }

        svg.Add($"\"><title>{trial.Title}</title></path>");
    }

    // Names of neighbours stand at two heights, so that they do not run into each other.
    private static void Upright(Markup svg, double x, string name, string low, string high, int at)
    {
        svg.Add($"<path class=\"axis\" d=\"M{x} {Top}V{Bottom}\"/>");
        svg.Add($"<text class=\"tick\" x=\"{x}\" y=\"{Top - 8}\" text-anchor=\"middle\">{PlainText.Of(high, 8)}</text>");
        svg.Add($"<text class=\"tick\" x=\"{x}\" y=\"{Bottom + 15}\" text-anchor=\"middle\">{PlainText.Of(low, 8)}</text>");
        svg.Add($"<text class=\"name\" x=\"{x}\" y=\"{Bottom + (at % 2 == 0 ? 31 : 46)}\" text-anchor=\"middle\">{PlainText.Of(name, 14)}</text>");
    }

    private static double Share(ParameterDomain domain, ParameterValue? value) =>
        value is { } known && domain.Contains(known) ? domain.UnitsOf(known).Middle : double.NaN;

    private static (string Low, string High) Ends(ParameterDomain domain) => domain switch
    {
        ChoiceDomain choices => (choices.Values[0].ToString(), choices.Values[^1].ToString()),
        FloatDomain floats => (ValueText.Of(floats.Low), ValueText.Of(floats.High)),
        IntDomain whole => (ValueText.Of(whole.Low), ValueText.Of(whole.High)),
        _ => ("", ""),
    };
}
