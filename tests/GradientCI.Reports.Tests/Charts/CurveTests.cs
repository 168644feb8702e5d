using System.Collections.Immutable;
using GradientCI.Metrics;

namespace GradientCI.Reports.Charts;

public sealed class CurveTests
{
    [Fact]
    public void A_value_that_is_not_finite_is_a_gap()
    {
        var figure = CurvesChart.Draw("loss", [Metric([1, 2, double.NaN, 3, 4])], null, "t");

        figure.Svg.Split("class=\"curve best s0\" d=\"")[1].Split('"')[0].Count(letter => letter == 'M').ShouldBe(2);
        figure.Note.ShouldBe("1 of 1 curves have values that are not finite: gaps.");
    }

    [Fact]
    public void Points_are_drawn_by_x_whatever_their_order()
    {
        var points = Curve.Of([Point(3, 30), Point(1, 10), Point(2, 20), Point(double.NaN, 5)], 100);

        points.Select(point => point.Y).ShouldBe([10, 20, 30]);
    }

    [Fact]
    public void Quantiles_lie_between_the_curves()
    {
        var curves = Enumerable.Range(0, 11).Select(height => new Point[] { new(0, height), new(10, height + 10) }).ToArray();

        var lines = Curve.Quantiles(curves, 0, 10, 0.1, 0.5, 0.9);

        lines.Select(line => line[0].Y).ShouldBe([1, 5, 9]);
        lines.Select(line => line[^1].Y).ShouldBe([11, 15, 19]);
    }

    [Theory]
    [InlineData(new[] { 1e-4, 10 }, true)]
    [InlineData(new[] { 0.1, 10 }, false)]
    [InlineData(new[] { -1.0, 10_000 }, false)]
    public void More_than_three_decades_make_a_log_scale(double[] values, bool isLog) =>
        CurvesChart.Draw("loss", [Metric(values)], null, "t").Svg.Contains("y log", StringComparison.Ordinal).ShouldBe(isLog);

    [Fact]
    public void A_log_scale_without_a_positive_value_is_linear_and_says_so() =>
        CurvesChart.Draw("loss", [Metric([-1, 0])], SearchSpaces.Scale.Log, "t").Note.ShouldBe("Log scale was asked for, but no value is positive.");

    [Fact]
    public void Of_a_thousand_curves_a_sample_and_a_band_are_drawn()
    {
        ImmutableArray<TrialCurve> trials = [.. Enumerable.Range(0, 1_000).Select(index => new TrialCurve($"t{index}", [Point(0, index), Point(1, index + 1)]))];

        var figure = CurvesChart.Draw("loss", [new MetricCurves("loss", trials)], null, "t0");

        figure.Svg.Split("curve thin").Length.ShouldBe(21);
        figure.Svg.ShouldContain("class=\"band\"");
        figure.Note.ShouldBe("The best 20 of 999 other trials are drawn.");
    }

    private static MetricCurves Metric(double[] values) => new("loss", [new TrialCurve("t", [.. values.Select((value, index) => Point(index, value))], values.Any(double.IsNaN))]);

    private static MetricPoint Point(double x, double y) => new(x, y, default);
}
