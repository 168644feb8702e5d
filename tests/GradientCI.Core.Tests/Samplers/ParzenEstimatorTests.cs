using GradientCI.Samplers;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;
using MathNet.Numerics;

namespace GradientCI.Core.Tests.Samplers;

public sealed class ParzenEstimatorTests
{
    private static readonly double[] Observed = [0, 0.02, 0.5, 0.51, 1];

    [Fact]
    public void The_table_of_the_normal_distribution_is_right_to_six_digits()
    {
        for (var value = -9.0; value < 9; value += 0.0137)
        {
            NormalDistribution.Below(value).ShouldBe(SpecialFunctions.Erfc(-value / Math.Sqrt(2)) / 2, 2e-7);
        }
    }

    [Fact]
    public void Draws_of_the_normal_distribution_have_mean_0_and_variance_1()
    {
        var random = new SplitMix64(1);
        var draws = Enumerable.Range(0, 20_000).Select(_ => NormalDistribution.Draw(ref random)).ToList();

        draws.Average().ShouldBe(0, 0.03);
        draws.Average(draw => draw * draw).ShouldBe(1, 0.05);
    }

    [Fact]
    public void A_density_adds_up_to_one_over_a_continuum() => Mean(Over(null)).ShouldBe(1, 0.001);

    [Fact]
    public void A_density_adds_up_to_one_over_wide_cells() => Mean(Over(Cell(8))).ShouldBe(1, 0.001);

    [Fact]
    public void A_density_adds_up_to_one_over_narrow_cells() => Mean(Over(Cell(2_000))).ShouldBe(1, 0.001);

    [Fact]
    public void A_density_adds_up_to_one_over_choices() => Mean(new ParzenEstimator([new ChoiceAxis([0, 2, 2, 1, 2], 4)], [1, 1, 1, 1, 1])).ShouldBe(1, 0.001);

    [Fact]
    public void Draws_follow_the_density()
    {
        var estimator = Over(null);
        var random = new SplitMix64(1);

        var near = Enumerable.Range(0, 20_000).Count(_ => estimator.Draw(ref random)[0] is > 0.4 and < 0.6) / 20_000.0;

        var expected = Enumerable.Range(0, 2_000).Sum(at => estimator.At([0.4 + ((at + 0.5) * 1e-4)])) * 1e-4;
        near.ShouldBe(expected, 0.015);
    }

    [Fact]
    public void Older_observations_weigh_less_when_there_are_many()
    {
        TpeRules.Weights(25).ShouldAllBe(weight => weight == 1);
        TpeRules.Weights(26)[0].ShouldBe(1.0 / 26);
        var weights = TpeRules.Weights(125);
        weights[..100].ShouldBe(weights[..100].Order());
        weights[0].ShouldBe(1.0 / 125);
        weights[99..].ShouldAllBe(weight => weight == 1);
    }

    private static ParzenEstimator Over(Func<double, UnitInterval>? cellAt) => new([new NumericAxis(Observed, isGood: true, isCrowded: false, cellAt)], [1, 1, 1, 0.5, 1]);

    private static Func<double, UnitInterval> Cell(int count) => unit => UnitInterval.Slice((int)(unit * count), count);

    private static double Mean(ParzenEstimator estimator) => Enumerable.Range(0, 10_000).Average(at => estimator.At([(at + 0.5) / 10_000]));
}
