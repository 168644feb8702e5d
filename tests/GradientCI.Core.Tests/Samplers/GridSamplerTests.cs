using GradientCI.Samplers;
using GradientCI.Samplers.Grid;
using GradientCI.SearchSpaces;

namespace GradientCI.Core.Tests.Samplers;

public sealed class GridSamplerTests
{
    private readonly GridSampler _sampler = new();

    [Fact]
    public void A_grid_that_is_asked_for_whole_comes_in_order_and_the_last_parameter_changes_fastest()
    {
        var space = new SearchSpace([new("a", new IntDomain(1, 2), []), new("b", new IntDomain(1, 3), [])]);

        var sets = Sweep(new SearchProblem(space, 1, null), 100).Select(set => set.ToString());

        sets.ShouldBe(["a=1, b=1", "a=1, b=2", "a=1, b=3", "a=2, b=1", "a=2, b=2", "a=2, b=3"]);
    }

    [Fact]
    public void Fewer_than_all_points_are_spread_over_the_space_by_the_seed()
    {
        var space = new SearchSpace([new("a", new IntDomain(0, 9), []), new("b", new IntDomain(0, 99), [])]);

        var first = Sweep(new SearchProblem(space, 1, null) { MaxTrials = 40 }, 40);
        var second = Sweep(new SearchProblem(space, 2, null) { MaxTrials = 40 }, 40);

        first.Select(set => set["a"]!.Value.AsInteger).Distinct().Count().ShouldBeGreaterThan(7);
        first.Intersect(second).Count().ShouldBeLessThan(10);
    }

    [Fact]
    public void A_continuum_is_refused_with_its_name()
    {
        var space = new SearchSpace([new("lr", new FloatDomain(0, 1), [])]);

        var refused = Should.Throw<GradientException>(() => _sampler.Propose(new SearchProblem(space, 1, null), []));

        refused.Kind.ShouldBe(FailureKind.Usage);
        refused.Message.ShouldContain("\"lr\"");
    }

    [Fact]
    public void A_space_of_more_points_than_can_be_numbered_is_sampled_without_repeats()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 50).Select(at => new Parameter($"p{at}", new IntDomain(1, 50), []))]);

        var sets = Sweep(new SearchProblem(space, 1, null) { MaxTrials = 200 }, 200);

        sets.Count.ShouldBe(200);
        sets.Distinct().Count().ShouldBe(200);
        sets.ShouldAllBe(set => space.Contains(set));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1_000)]
    public void A_shuffle_is_a_permutation(int count)
    {
        var shuffle = new IndexPermutation(count, seed: 7);

        var places = Enumerable.Range(0, count).Select(place => shuffle.At(place));

        places.Order().ShouldBe(Enumerable.Range(0, count).Select(place => (long)place));
    }

    [Fact]
    public void A_shuffle_of_the_largest_count_stays_inside_and_does_not_repeat()
    {
        var shuffle = new IndexPermutation(SearchSpace.CountLimit, seed: 7);

        var places = Enumerable.Range(0, 10_000).Select(place => shuffle.At(place)).ToList();

        places.ShouldAllBe(place => place >= 0 && place < SearchSpace.CountLimit);
        places.Distinct().Count().ShouldBe(10_000);
    }

    // Every index equally often in every place, by Pearson's chi-squared at one in a million.
    [Fact]
    public void A_shuffle_favours_no_index()
    {
        var counts = new int[10, 10];
        for (var seed = 0; seed < 10_000; seed++)
        {
            var shuffle = new IndexPermutation(10, seed);
            for (var place = 0; place < 10; place++)
            {
                counts[place, shuffle.At(place)]++;
            }
        }

        var chiSquared = counts.Cast<int>().Sum(count => (count - 1_000.0) * (count - 1_000.0) / 1_000);

        chiSquared.ShouldBeLessThan(155);
    }

    private List<ParameterSet> Sweep(SearchProblem problem, int limit)
    {
        var history = new History();
        while (history.Count < limit && _sampler.Propose(problem, history) is { } set)
        {
            history.Add(new Observation(set, null, HasEnded: false));
        }

        return [.. history.Select(observation => observation.Parameters)];
    }
}
