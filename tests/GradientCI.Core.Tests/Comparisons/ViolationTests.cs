using GradientCI.Comparisons;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Comparisons;

public sealed class ViolationTests
{
    private static readonly Interval AtMost20 = new(null, false, 20, true, "<= 20");

    [Theory]
    [InlineData(20, 0)]
    [InlineData(-5, 0)]
    [InlineData(30, 0.5)]
    [InlineData(40, 1)]
    [InlineData(double.NaN, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void A_broken_constraint_counts_in_parts_of_its_bound(double value, double violation) =>
        Of(value, AtMost20).ShouldBe(violation);

    [Fact]
    public void Either_bound_may_be_missed_and_a_bound_of_zero_counts_as_one()
    {
        var range = new Interval(-4, true, 0, true, "-4..0");

        Of(-6, range).ShouldBe(0.5);
        Of(0.25, range).ShouldBe(0.25);
        Of(-1, range).ShouldBe(0);
    }

    [Fact]
    public void A_value_on_a_bound_that_is_not_included_breaks_it_by_a_hair() =>
        Of(20, new Interval(null, false, 20, false, "< 20")).ShouldBe(1e-9);

    [Fact]
    public void Constraints_add_up_and_a_missing_metric_is_as_bad_as_can_be()
    {
        ConstraintSpec[] two = [new("ms", AtMost20), new("mb", AtMost20)];

        Violation.Of([.. two], metric => metric == "ms" ? 30 : 25).ShouldBe(0.75);
        Violation.Of([.. two], metric => metric == "ms" ? 1 : null).ShouldBe(double.PositiveInfinity);
        Violation.Of([], _ => null).ShouldBe(0);
    }

    private static double Of(double value, Interval target) => Violation.Of([new ConstraintSpec("m", target)], _ => value);
}
