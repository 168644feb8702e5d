using GradientCI.Comparisons;

namespace GradientCI.Core.Tests.Comparisons;

public sealed class StatisticsTests
{
    // The p of R's t.test for the data that Rosetta Code collects under "Welch's t-test".
    public static TheoryData<double[], double[], double> Published => new()
    {
        {
            [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4],
            [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4],
            0.021378001462867
        },
        {
            [17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 21.8],
            [21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8, 20.7, 21.7, 21.5, 22.5, 23.6, 21.5, 22.5, 23.5, 21.5, 21.8],
            0.148841696605327
        },
        { [30.02, 29.99, 30.11, 29.97, 30.01, 29.99], [29.89, 29.93, 29.72, 29.98, 30.02, 29.98], 0.090773324285671 },
        { [3.0, 4.0, 1.0, 2.1], [490.2, 340.0, 433.9], 0.0107515611497845 },
        { [0.010268, 0.000167, 0.000167], [0.159258, 0.136278, 0.122389], 0.00339907162713746 },
        { [1.0 / 15, 10.0 / 62], [1.0 / 10, 2.0 / 50], 0.52726574965384 },
        { [9 / 23.0, 21 / 45.0, 0], [0, 42 / 94.0, 0], 0.545266866977794 },
    };

    [Theory, MemberData(nameof(Published))]
    public void Welch_agrees_with_R(double[] values, double[] others, double p)
    {
        WelchTest.Compare(values, others)!.PValue.ShouldBe(p, 1e-12);
        WelchTest.Compare(others, values)!.PValue.ShouldBe(p, 1e-12);
    }

    // By numeric integration of the density.
    [Fact]
    public void Welch_gives_statistic_and_degrees_of_freedom()
    {
        var test = WelchTest.Compare([0.934, 0.931, 0.938], [0.926, 0.924, 0.929])!;

        test.T.ShouldBe(3.207134902949, 1e-9);
        test.DegreesOfFreedom.ShouldBe(3.625433526, 1e-9);
        test.PValue.ShouldBe(0.037574775903, 1e-10);
    }

    [Fact]
    public void Welch_needs_two_finite_values_on_either_side()
    {
        WelchTest.Compare([1], [1, 2, 3]).ShouldBeNull();
        WelchTest.Compare([], []).ShouldBeNull();
        WelchTest.Compare([1, double.NaN], [1, 2]).ShouldBeNull();
        WelchTest.Compare([1, 2], [double.PositiveInfinity, 2]).ShouldBeNull();
    }

    [Fact]
    public void Welch_says_nothing_of_different_constants_and_one_of_equal_ones()
    {
        WelchTest.Compare([0.9, 0.9, 0.9], [0.8, 0.8]).ShouldBeNull();
        WelchTest.Compare([0.9, 0.9, 0.9], [0.9, 0.9])!.PValue.ShouldBe(1);
    }

    [Fact]
    public void Welch_takes_one_constant_side()
    {
        var test = WelchTest.Compare([1.0, 1.0, 1.0], [1.1, 1.2, 1.15])!;

        test.DegreesOfFreedom.ShouldBe(2, 1e-9);
        test.PValue.ShouldBeInRange(0.03, 0.04);
    }

    // t of 0.975 from the tables, times the standard error.
    [Theory]
    [InlineData(new[] { 1.0, 2.0 }, 12.7062047 * 0.5)]
    [InlineData(new[] { 1.0, 2.0, 3.0 }, 4.30265273 * 0.57735026919)]
    [InlineData(new[] { 2.0, 2.0, 2.0, 2.0 }, 0.0)]
    public void Half_widths_are_those_of_the_tables(double[] values, double expected) =>
        ConfidenceInterval.HalfWidth(values)!.Value.ShouldBe(expected, 1e-6);

    [Fact]
    public void Half_widths_are_found_for_every_number_of_repeats()
    {
        foreach (var count in new[] { 2, 3, 5, 10, 100, 1_000, 10_000 })
        {
            var values = Enumerable.Range(0, count).Select(at => at % 2 == 0 ? 0.0 : 1.0).ToArray();

            ConfidenceInterval.HalfWidth(values)!.Value.ShouldBeInRange(1.9 * 0.5 / Math.Sqrt(count), 13 * 0.8 / Math.Sqrt(count));
        }
    }

    [Fact]
    public void One_value_has_no_interval()
    {
        ConfidenceInterval.HalfWidth([1]).ShouldBeNull();
        ConfidenceInterval.HalfWidth([]).ShouldBeNull();
        ConfidenceInterval.HalfWidth([1, double.NaN]).ShouldBeNull();
    }
}
