using GradientCI.Metrics;

namespace GradientCI.Core.Tests.Metrics;

public class CurveThinningTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void A_curve_that_is_short_enough_is_kept_whole(int count)
    {
        var curve = Curve(count, x => x);

        CurveThinning.Thin(curve, 100).ShouldBe(curve);
    }

    [Fact]
    public void It_never_keeps_more_than_asked_and_keeps_the_order_and_both_ends()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var curve = Curve(random.Next(2, 400), _ => random.Next(5) == 0 ? double.NaN : random.NextDouble());
            var limit = random.Next(2, 50);

            var thin = CurveThinning.Thin(curve, limit);

            thin.Length.ShouldBeLessThanOrEqualTo(limit);
            thin.Select(point => point.X).ShouldBeInOrder();
            thin.ShouldBeUnique();
            thin[0].X.ShouldBe(0);
            thin[^1].X.ShouldBe(curve[^1].X);
        }
    }

    [Fact]
    public void A_single_peak_and_a_single_dip_among_a_million_points_survive()
    {
        var curve = Curve(1_000_000, x => x == 123_456 ? 9 : x == 654_321 ? -9 : 0);

        var thin = CurveThinning.Thin(curve, 200);

        thin.ShouldContain(point => point.X == 123_456 && point.Y == 9);
        thin.ShouldContain(point => point.X == 654_321 && point.Y == -9);
    }

    [Fact]
    public void An_infinity_does_not_hide_the_highest_finite_point()
    {
        var curve = Curve(1000, x => x == 500 ? double.PositiveInfinity : x == 501 ? 3 : 0);

        CurveThinning.Thin(curve, 4).ShouldContain(point => point.Y == 3);
    }

    [Fact]
    public void A_stretch_without_a_finite_value_stays_visible()
    {
        var curve = Curve(1000, x => x is > 0 and < 999 ? double.NaN : 1);

        CurveThinning.Thin(curve, 10).Count(point => double.IsNaN(point.Y)).ShouldBe(4);
    }

    [Fact]
    public void Limits_too_small_for_peaks_keep_the_ends()
    {
        var curve = Curve(10, x => x);

        CurveThinning.Thin(curve, 0).ShouldBeEmpty();
        CurveThinning.Thin(curve, 1).ShouldBe([curve[^1]]);
        CurveThinning.Thin(curve, 2).ShouldBe([curve[0], curve[^1]]);
        CurveThinning.Thin(curve, 3).ShouldBe([curve[0], curve[^1]]);
        Should.Throw<ArgumentOutOfRangeException>(() => CurveThinning.Thin(curve, -1));
    }

    private static MetricPoint[] Curve(int count, Func<int, double> y) =>
        [.. Enumerable.Range(0, count).Select(x => new MetricPoint(x, y(x), DateTimeOffset.UnixEpoch.AddSeconds(x)))];
}
