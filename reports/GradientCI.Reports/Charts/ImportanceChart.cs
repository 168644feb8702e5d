using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Importance;

namespace GradientCI.Reports.Charts;

/// <summary>How much of the objective's variance each parameter explains, the most telling first.</summary>
internal static class ImportanceChart
{
    private const int Limit = 12;
    private const double Left = 132;
    private const double Right = Plot.Width - 52;
    private const double Row = 22;
    private const double Top = 8;

    /// <summary>Draws the bars, each with its error.</summary>
    public static Figure Draw(string metric, ImportanceAnalysis analysis)
    {
        var shown = analysis.Parameters.Take(Limit).ToImmutableArray();
        var bottom = Top + (shown.Length * Row);
        var most = Math.Clamp(Math.Ceiling(shown.Max(parameter => parameter.Share + parameter.Error) * 10) / 10, 0.1, 1);
        var svg = new Markup();
        svg.Add($"<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Plot.Width} {bottom + 40}\" role=\"img\">");
        svg.Add($"<title>{$"What moves {metric}"}</title><desc>{string.Join("; ", shown.Select(Told))}</desc>");
        for (var tick = 0; tick <= 4; tick++)
        {
            var x = X(most * tick / 4);
            svg.Add($"<path class=\"grid\" d=\"M{x} {Top}V{bottom}\"/><text class=\"tick\" x=\"{x}\" y=\"{bottom + 16}\" text-anchor=\"middle\">{Percent(most * tick / 4)}</text>");
        }

        foreach (var (parameter, at) in shown.Select((parameter, at) => (parameter, at)))
        {
            var (from, middle) = (Top + (at * Row) + 5, Top + ((at + 0.5) * Row));
            svg.Add($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{middle + 4}\" text-anchor=\"end\">{PlainText.Of(parameter.Parameter, 18)}</text>");
            svg.Add($"<path class=\"bar\" d=\"M{Left} {from}H{X(parameter.Share)}V{from + Row - 10}H{Left}z\"><title>{Told(parameter)}</title></path>");
            svg.Add($"<path class=\"whisker\" d=\"M{X(parameter.Share - parameter.Error)} {middle}H{X(parameter.Share + parameter.Error)}\"/>");
            svg.Add($"<text class=\"tick\" x=\"{X(parameter.Share + parameter.Error) + 6}\" y=\"{middle + 4}\">{Percent(parameter.Share)}</text>");
        }

        svg.Add($"<path class=\"axis\" d=\"M{Left} {Top}V{bottom}\"/><text class=\"name\" x=\"{(Left + Right) / 2}\" y=\"{bottom + 34}\" text-anchor=\"middle\">share of the variance</text></svg>");
        var rest = analysis.Parameters.Length - shown.Length;
        return new Figure($"What moves {metric}", svg.ToString(), [new("whisker", Mark.Line, "error")], rest > 0 ? $"The first {Limit} of {analysis.Parameters.Length} parameters are drawn." : "");

        double X(double share) => Left + (Math.Clamp(share, 0, most) / most * (Right - Left));
    }

    /// <summary>A share as people read it: <c>74 %</c>.</summary>
    public static string Percent(double share) => share is > 0 and < 0.005 ? "< 1 %" : $"{ValueText.Of(Math.Round(share * 100))} %";

    private static string Told(ParameterImportance parameter) =>
        $"{PlainText.Of(parameter.Parameter, 60)}: {Percent(parameter.Share)} ± {Percent(parameter.Error)}";
}
