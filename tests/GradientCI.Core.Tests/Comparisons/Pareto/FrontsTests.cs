using GradientCI.Comparisons.Pareto;
using GradientCI.Samplers;

namespace GradientCI.Core.Tests.Comparisons.Pareto;

public sealed class FrontsTests
{
    [Fact]
    public void What_is_nowhere_worse_and_somewhere_better_dominates()
    {
        Fronts.Dominates([1, 2], [1, 3]).ShouldBeTrue();
        Fronts.Dominates([1, 2], [1, 2]).ShouldBeFalse();
        Fronts.Dominates([1, 2], [2, 1]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_not_finite_is_in_no_front(double odd) =>
        Fronts.Of([[odd, 0], [1, 1], [0, odd]]).Single().ShouldBe([1]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Fronts_are_those_that_counting_every_pair_finds(int losses)
    {
        for (var seed = 1L; seed <= 40; seed++)
        {
            var results = Some.Losses(seed, 60, losses);

            var fronts = Fronts.Of(results).ToList();

            // Peeled by hand: whoever nobody left dominates.
            var left = Enumerable.Range(0, results.Length).Where(at => results[at].All(double.IsFinite)).ToHashSet();
            foreach (var front in fronts)
            {
                front.Order().ShouldBe(left.Where(at => !left.Any(other => Fronts.Dominates(results[other], results[at]))).Order());
                left.ExceptWith(front);
            }

            left.ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_ends_of_a_front_are_the_loneliest_and_crowds_are_counted_in_parts_of_the_range()
    {
        double[][] results = [[0, 4], [1, 2], [2, 1], [4, 0], [9, 9]];

        Crowding.Distances(results, [0, 1, 2, 3]).ShouldBe([double.PositiveInfinity, (2 / 4.0) + (3 / 4.0), (3 / 4.0) + (2 / 4.0), double.PositiveInfinity]);
        Crowding.Distances(results, [4]).ShouldBe([0]);
        Crowding.Distances([[1, 1], [1, 1]], [0, 1]).ShouldBe([0, 0]);
        Crowding.Distances([[double.MaxValue, 0], [0, 1], [-double.MaxValue, 2]], [0, 1, 2])[1].ShouldBe(2);
    }
}
