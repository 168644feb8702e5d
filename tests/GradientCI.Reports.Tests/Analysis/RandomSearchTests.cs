using GradientCI.Metrics;

namespace GradientCI.Reports.Analysis;

public sealed class RandomSearchTests
{
    // Of n draws from 0 to 1 the least is expected at 1 / (n + 1).
    [Theory]
    [InlineData(Direction.Minimize)]
    [InlineData(Direction.Maximize)]
    public void The_expected_best_of_even_draws_is_that_of_the_uniform_distribution(Direction direction)
    {
        var expected = RandomSearch.Expected([.. Enumerable.Range(0, 1_000).Select(at => (at + 0.5) / 1_000)], direction, 100).ToArray();

        expected[0].Sets.ShouldBe(1);
        expected[^1].Sets.ShouldBe(100);
        foreach (var (sets, best) in expected)
        {
            (direction == Direction.Minimize ? best : 1 - best).ShouldBe(1.0 / (sets + 1), 0.001);
        }
    }
}
