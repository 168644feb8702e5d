using GradientCI.Samplers;
using GradientCI.Samplers.Sobol;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Optimization;

namespace GradientCI.Core.Tests.Samplers;

public sealed class SobolSamplerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-7)]
    public void Every_axis_has_one_of_the_first_points_in_each_equal_slice(long seed)
    {
        var sequence = new SobolSequence(seed);
        for (var dimension = 0; dimension < DirectionNumbers.Dimensions; dimension++)
        {
            var slices = Enumerable.Range(0, 1_024).Select(index => (int)(sequence.At(index, dimension) * 1_024));

            slices.Order().ShouldBe(Enumerable.Range(0, 1_024), $"dimension {dimension}");
        }
    }

    [Theory]
    [InlineData(2, 128)]
    [InlineData(8, 32)]
    [InlineData(16, 16)]
    [InlineData(256, 1)]
    public void The_first_two_axes_have_one_of_the_first_points_in_each_equal_box(int columns, int rows)
    {
        var sequence = new SobolSequence(42);

        var boxes = Enumerable.Range(0, 256).Select(index => ((int)(sequence.At(index, 0) * columns) * rows) + (int)(sequence.At(index, 1) * rows));

        boxes.Order().ShouldBe(Enumerable.Range(0, 256));
    }

    [Fact]
    public void There_are_a_hundred_and_twenty_eight_axes_and_the_rest_are_independent_draws()
    {
        DirectionNumbers.Dimensions.ShouldBe(128);
        var draws = Enumerable.Range(0, 1_000).Select(index => new SobolSequence(1).At(index, 200)).ToList();

        draws.ShouldAllBe(draw => draw >= 0 && draw < 1);
        draws.Average().ShouldBe(0.5, 0.03);
    }

    // By hand: for the third axis m₃ = 2·3 ⊕ 4·1 ⊕ 1 = 3, of 8.
    [Fact]
    public void The_numbers_continue_as_their_authors_continue_them()
    {
        DirectionNumbers.Of(0)[..3].ToArray().ShouldBe([1u << 31, 1u << 30, 1u << 29]);
        DirectionNumbers.Of(1)[..4].ToArray().Select(number => number / (double)(1L << 32)).ShouldBe([0.5, 0.75, 0.625, 0.9375]);
        DirectionNumbers.Of(2)[..4].ToArray().Select(number => number / (double)(1L << 32)).ShouldBe([0.5, 0.75, 0.375, 0.5625]);
    }

    [Fact]
    public void The_first_proposals_of_a_seed_never_change()
    {
        var space = new SearchSpace([new("lr", new FloatDomain(1e-4, 1, Scale.Log), []), new("hidden", new IntDomain(8, 256, Scale.Log), [])]);

        var sets = Sweep(space, 42, 3).Select(set => set.ToString());

        sets.ShouldBe(["lr=0.0038266, hidden=53", "lr=0.148026, hidden=11", "lr=0.000294482, hidden=19"]);
    }

    [Fact]
    public void Points_cover_steps_and_choices_as_evenly_as_they_divide()
    {
        var space = new SearchSpace([new("x", new FloatDomain(0, 1), []), new("n", new IntDomain(1, 8), []), new("s", new FloatDomain(0, 0.75, Step: 0.25), [])]);

        var sets = Sweep(space, 5, 64);

        sets.CountBy(set => set["n"]!.Value.AsInteger).ShouldAllBe(count => count.Value == 8);
        sets.CountBy(set => set["s"]!.Value.AsDouble).ShouldAllBe(count => count.Value == 16);
    }

    [Fact]
    public void A_parameter_whose_condition_does_not_hold_leaves_the_others_where_they_are()
    {
        var domain = new FloatDomain(0, 1);
        var choice = new ChoiceDomain([ParameterValue.Of("sgd"), ParameterValue.Of("adam")]);
        var free = new SearchSpace([new("o", choice, []), new("m", domain, []), new("lr", domain, [])]);
        var bound = new SearchSpace([new("o", choice, []), new("m", domain, [new("o", [ParameterValue.Of("sgd")])]), new("lr", domain, [])]);

        var ofFree = Sweep(free, 1, 30).Select(set => set["lr"]);
        var ofBound = Sweep(bound, 1, 30).Select(set => set["lr"]);

        ofBound.ShouldBe(ofFree);
    }

    // The mean of a smooth function over 256 points: random search errs by 1/√256 of its spread, this by far less.
    [Fact]
    public void The_mean_of_a_smooth_function_is_met_far_better_than_by_chance()
    {
        var errors = Enumerable.Range(0, 10).Select(seed => Math.Abs(
            Enumerable.Range(0, 256).Average(index => Enumerable.Range(0, 5).Sum(dimension => Math.Pow(new SobolSequence(seed).At(index, dimension), 2))) - (5.0 / 3)));

        errors.Max().ShouldBeLessThan(0.002);
    }

    [Fact]
    public void Regret_on_Hartmann_6_is_that_of_good_random_search() =>
        TestFunctions.Named("hartmann6").MedianRegret(new SobolSampler(), seeds: 15, trials: 200).ShouldBeLessThan(1.1);

    private static List<ParameterSet> Sweep(SearchSpace space, long seed, int limit)
    {
        var history = new History();
        while (history.Count < limit && new SobolSampler().Propose(new SearchProblem(space, seed, null), history) is { } set)
        {
            history.Add(new Observation(set, null, HasEnded: false));
        }

        return [.. history.Select(observation => observation.Parameters)];
    }
}
