using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

public sealed class AxisTests
{
    public static TheoryData<double, double> Ranges
    {
        get
        {
            var random = new Random(7);
            var data = new TheoryData<double, double>
            {
                { 0, 1 }, { 0, 0 }, { 1, 1 }, { -1, 1 }, { 0.9, 0.91 }, { 1e15, 1e15 + 1 }, { -double.MaxValue, double.MaxValue }, { 0, double.Epsilon }, { 1e-300, 1e300 },
                { double.MaxValue, double.MaxValue }, { 5, 5.000000001 }, { double.NaN, double.NaN }, { double.PositiveInfinity, double.NegativeInfinity }, { -1e-320, 1e-320 },
            };
            for (var index = 0; index < 200; index++)
            {
                var low = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30));
                data.Add(low, low + (random.NextDouble() * Math.Pow(10, random.Next(-30, 30))));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void An_axis_holds_its_values_and_has_ticks_inside(double low, double high)
    {
        foreach (var scale in new[] { Scale.Linear, Scale.Log })
        {
            var axis = Axis.Around(low, high, scale);

            axis.Low.ShouldBeLessThan(axis.High);
            double.IsFinite(axis.Low).ShouldBeTrue();
            double.IsFinite(axis.High).ShouldBeTrue();
            if (double.IsFinite(low))
            {
                axis.Position(low).ShouldBeInRange(0, 1);
                axis.Position(high).ShouldBeInRange(axis.Position(low), 1);
            }

            axis.Ticks.Length.ShouldBeInRange(1, 12);
            axis.Ticks.Select(tick => tick.Value).ShouldBeInOrder();
            axis.Ticks.Select(tick => tick.Value).ShouldAllBe(value => axis.Position(value) > -1e-6 && axis.Position(value) < 1 + 1e-6);
        }
    }

    [Theory]
    [InlineData(0, 1, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.87, 0.94, "0.88 0.90 0.92 0.94")]
    [InlineData(-3, 12, "0 5 10")]
    [InlineData(0, 250_000, "0 50000 1e5 1.5e5 2e5 2.5e5")]
    public void Linear_ticks_are_round(double low, double high, string expected) =>
        string.Join(' ', Ticks.Linear(low, high).Select(tick => tick.Label)).ShouldBe(expected.Replace("0.0 ", "0 ", StringComparison.Ordinal));

    [Theory]
    [InlineData(0.001, 10, "0.001 0.01 0.1 1 10")]
    [InlineData(0.15, 6, "0.2 0.5 1 2 5")]
    [InlineData(1e-9, 1e9, "1e−9 1e−5 0.1 1000 1e7")]
    public void Log_ticks_are_powers_of_ten_or_their_halves(double low, double high, string expected) =>
        string.Join(' ', Ticks.Log(low, high).Select(tick => tick.Label)).ShouldBe(expected);

    [Fact]
    public void A_log_axis_has_no_place_for_what_is_not_positive()
    {
        var axis = Axis.Around(0.01, 100, Scale.Log);

        double.IsNaN(axis.Position(0)).ShouldBeTrue();
        double.IsNaN(axis.Position(-1)).ShouldBeTrue();
        axis.Position(1).ShouldBe(0.5, 1e-9);
    }
}
