using GradientCI.Comparisons.Pareto;
using GradientCI.Samplers;

namespace GradientCI.Core.Tests.Comparisons.Pareto;

public sealed class HypervolumeTests
{
    [Fact]
    public void Areas_and_volumes_known_by_hand_are_exact()
    {
        Hypervolume.Of([[3], [1]], [4]).ShouldBe(3);
        Hypervolume.Of([[1, 2], [2, 1], [2, 2]], [3, 3]).ShouldBe(3);
        Hypervolume.Of([[0, 0, 0]], [2, 3, 4]).ShouldBe(24);
        Hypervolume.Of([[1, 2, 3], [3, 1, 2], [2, 3, 1]], [4, 4, 4]).ShouldBe(13);
        Hypervolume.Of([[0, 1, 1, 1], [1, 0, 1, 1]], [2, 2, 2, 2]).ShouldBe(3);
    }

    [Fact]
    public void What_lies_outside_or_is_not_finite_adds_nothing()
    {
        Hypervolume.Of([], [1, 1]).ShouldBe(0);
        Hypervolume.Of([[1, 0], [0, 2], [double.NaN, 0], [double.NegativeInfinity, 0]], [1, 1]).ShouldBe(0);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void It_is_the_sum_over_all_overlaps(int losses)
    {
        var reference = Enumerable.Repeat(1.1, losses).ToArray();
        for (var seed = 1L; seed <= 20; seed++)
        {
            double[][] results = [.. Some.Losses(seed, 9, losses).Where(result => result.All(double.IsFinite))];

            Hypervolume.Of(results, reference).ShouldBe(Union(results, reference), 1e-9);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_result_adds_volume_exactly_when_nothing_beats_or_equals_it(int losses)
    {
        var reference = Enumerable.Repeat(1.1, losses).ToArray();
        for (var seed = 1L; seed <= 30; seed++)
        {
            double[][] results = [.. Some.Losses(seed, 20, losses).Where(result => result.All(double.IsFinite))];
            var (others, last) = (results[..^1], results[^1]);

            var gain = Hypervolume.Of(results, reference) - Hypervolume.Of(others, reference);

            (gain > 1e-12).ShouldBe(!others.Any(other => Fronts.Dominates(other, last) || other.SequenceEqual(last)));
        }
    }

    [Fact]
    public void Of_many_results_of_many_losses_it_is_near_enough()
    {
        var random = new SplitMix64(3);
        var results = new double[300][];
        for (var at = 0; at < results.Length; at++)
        {
            // On a simplex nobody beats anybody.
            var shares = Enumerable.Range(0, 5).Select(_ => -Math.Log(1 - random.NextUnit())).ToArray();
            results[at] = [.. shares.Select(share => share / shares.Sum())];
        }

        var volume = Hypervolume.Of(results, [1, 1, 1, 1, 1]);

        // The space above the simplex is 1 − 1/5!; a plain count over other points says the same.
        var hits = 0;
        for (var at = 0; at < 20_000; at++)
        {
            double[] point = [.. Enumerable.Range(0, 5).Select(_ => random.NextUnit())];
            hits += results.Any(result => Fronts.Dominates(result, point)) ? 1 : 0;
        }

        volume.ShouldBe(hits / 20_000.0, 0.02);
    }

    [Fact]
    public void The_results_chosen_from_a_front_are_those_that_add_most()
    {
        double[][] front = [[0, 1], [0.01, 0.98], [0.3, 0.3], [0.98, 0.01], [1, 0]];

        FrontSample.Of(front, 1, [1.1, 1.1]).ShouldBe([2]);
        FrontSample.Of(front, 3, [1.1, 1.1]).Order().ShouldBe([1, 2, 3]);
        FrontSample.Of(front, 9, [1.1, 1.1]).Count.ShouldBe(5);
        FrontSample.Shares([[0, 1], [1, 0], [1, 1]], [2, 2]).ShouldBe([1, 1, 0]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Choosing_lazily_is_choosing_greedily(int losses)
    {
        var reference = Enumerable.Repeat(1.1, losses).ToArray();
        for (var seed = 1L; seed <= 20; seed++)
        {
            double[][] results = [.. Some.Losses(seed, 30, losses).Where(result => result.All(double.IsFinite))];
            var greedy = new List<int>();
            while (greedy.Count < 6)
            {
                double[][] taken = [.. greedy.Select(at => results[at])];
                greedy.Add(Enumerable.Range(0, results.Length).Except(greedy).MaxBy(at => Math.Round(Hypervolume.Of([.. taken, results[at]], reference), 12)));
            }

            var chosen = FrontSample.Of(results, 6, reference);

            Hypervolume.Of(chosen.Select(at => results[at]), reference).ShouldBe(Hypervolume.Of(greedy.Select(at => results[at]), reference), 1e-9);
        }
    }

    // Inclusion and exclusion over all subsets: slow, and hard to get wrong.
    private static double Union(double[][] results, double[] reference)
    {
        var volume = 0.0;
        for (var subset = 1; subset < 1 << results.Length; subset++)
        {
            var members = Enumerable.Range(0, results.Length).Where(at => (subset >> at & 1) == 1).ToArray();
            var box = reference.Select((bound, loss) => Math.Max(0, bound - members.Max(at => results[at][loss]))).Aggregate(1.0, (product, side) => product * side);
            volume += members.Length % 2 == 1 ? box : -box;
        }

        return volume;
    }
}
