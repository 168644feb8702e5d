using System.Runtime.Intrinsics;
using GradientCI.Samplers;
using GradientCI.Samplers.Gp;

namespace GradientCI.Core.Tests.Samplers.Gp;

public sealed class PosteriorTests
{
    private const double Step = 1e-6;
    private static readonly bool[] LastIsNominal = [false, false, true];
    private static readonly Kernel Usual = new([3, 0.7, 1.3], 1.5, 1e-3);

    [Fact]
    public void Kernel_SlopeBySquaredDistance_IsTheDifference()
    {
        for (var square = 0.01; square < 20; square *= 1.7)
        {
            var (below, above) = (Value(square * (1 - Step)), Value(square * (1 + Step)));

            Usual.At(Vector256.Create(square)).Slope[0].ShouldBe((above - below) / (2 * square * Step), 1e-6);
        }

        static double Value(double square) => Usual.At(Vector256.Create(square)).Value[0];
    }

    [Fact]
    public void Evidence_Gradient_IsTheDifference()
    {
        var (points, values) = Some(13);
        var evidence = new Evidence(new Points(LastIsNominal, points));
        double[] logs = [1.1, -0.4, 0.3, 0.2, -4], gradient = new double[5], unused = new double[5];

        evidence.Against(values, logs, gradient);

        for (var at = 0; at < logs.Length; at++)
        {
            double[] below = [.. logs], above = [.. logs];
            below[at] -= Step;
            above[at] += Step;
            var difference = (evidence.Against(values, above, unused) - evidence.Against(values, below, unused)) / (2 * Step);
            gradient[at].ShouldBe(difference, 1e-5, $"parameter {at}");
        }
    }

    [Fact]
    public void LogGain_Gradient_IsTheDifference()
    {
        var posterior = Learned(11, running: 3);
        double[] point = [0.37, 0.81, 0.5], gradient = new double[3], unused = new double[3];

        var gain = posterior.LogGain(point, gradient);

        posterior.LogGains([point])[0].ShouldBe(gain, 1e-9);
        for (var axis = 0; axis < 2; axis++)
        {
            double[] below = [.. point], above = [.. point];
            below[axis] -= Step;
            above[axis] += Step;
            gradient[axis].ShouldBe((posterior.LogGain(above, unused) - posterior.LogGain(below, unused)) / (2 * Step), 1e-4);
        }
    }

    [Fact]
    public void LogGains_ManyAtOnce_AreThoseOfEach()
    {
        var posterior = Learned(10, running: 0);
        var (points, _) = Some(30);

        var gains = posterior.LogGains(points[..^1]);

        for (var at = 0; at < gains.Length; at++)
        {
            gains[at].ShouldBe(posterior.LogGain(points[at], new double[3]), 1e-6 * Math.Abs(gains[at]));
        }
    }

    [Fact]
    public void At_LittleNoise_IsTheValueAndSure()
    {
        var (points, values) = Some(12);
        var posterior = Posterior.Of(new Points(LastIsNominal, points), values, Usual with { Noise = 1e-6 })!;

        for (var at = 0; at < values.Length; at++)
        {
            var (mean, variance) = posterior.At(points[at]);

            mean.ShouldBe(values[at], 1e-3);
            variance.ShouldBeInRange(-1e-9, 2e-6);
        }
    }

    [Fact]
    public void A_point_that_is_being_tried_changes_no_mean_and_leaves_little_to_gain_beside_it()
    {
        var (points, values) = Some(13);
        double[] tried = [0.5, 0.5, 0.25], elsewhere = [0.1, 0.9, 0.25];
        var without = Posterior.Of(new Points(LastIsNominal, points), values, Usual)!;

        var with = Posterior.Of(new Points(LastIsNominal, [.. points, tried]), values, Usual)!;

        with.At(elsewhere).Mean.ShouldBe(without.At(elsewhere).Mean, 1e-9);
        with.At(tried).Mean.ShouldBe(without.At(tried).Mean, 1e-9);
        with.At(tried).Variance.ShouldBeLessThan(0.1 * without.At(tried).Variance);
        with.LogGains([tried])[0].ShouldBeLessThan(without.LogGains([tried])[0] - 1);
    }

    [Fact]
    public void Points_that_lie_on_each_other_are_learned_all_the_same()
    {
        double[][] points = [.. Enumerable.Repeat(new[] { 0.5, 0.5, 0.5 }, 20)];

        var posterior = Posterior.Of(new Points(LastIsNominal, points), [.. Enumerable.Range(0, 20).Select(at => at - 9.5)], Usual with { Noise = 1e-18 });

        posterior.ShouldNotBeNull().At(points[0]).Mean.ShouldBe(0, 1e-3);
    }

    [Theory]
    [InlineData(1e308)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(1e-308)]
    public void Targets_OfAnySize_AreFiniteAndInTheOrderOfTheLosses(double size)
    {
        double[] losses = [size, -size, 0.5 * size, 0, 0.25 * size];

        var ways = Targets.Of(losses).ToList();

        ways.Count.ShouldBe(size > 0 ? 1 + GpRules.Bends.Length : 1);
        foreach (var way in ways)
        {
            way.Values.ShouldAllBe(value => double.IsFinite(value));
            way.LogStretches.ShouldAllBe(value => double.IsFinite(value));
            way.Values.Average().ShouldBe(0, 1e-12);
            losses.Zip(way.Values).OrderBy(pair => pair.First).Select(pair => pair.Second).ShouldBeInOrder();
        }
    }

    private static Posterior Learned(int results, int running)
    {
        var (points, values) = Some(results + running);
        return Posterior.Of(new Points(LastIsNominal, points), values[..results], Usual)!;
    }

    private static (double[][] Points, double[] Values) Some(int count)
    {
        var random = new SplitMix64(3);
        double[][] points = [.. Enumerable.Range(0, count).Select(_ => new[] { random.NextUnit(), random.NextUnit(), random.NextBelow(3) / 4.0 })];
        return (points, [.. points.Select(point => Math.Sin(5 * point[0]) + point[1] + (point[2] > 0.3 ? 0.5 : 0))]);
    }
}
