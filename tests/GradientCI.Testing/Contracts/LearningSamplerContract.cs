using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Samplers.Sobol;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Optimization;

namespace GradientCI.Testing.Contracts;

/// <summary>What a sampler that learns from results keeps to, beside <see cref="SamplerContract"/>.</summary>
public abstract class LearningSamplerContract
{
    private static readonly SearchSpace Line = new([new("x", new FloatDomain(0, 1), [])]);
    private static readonly Objective Loss = new("loss", Direction.Minimize);

    protected abstract ISampler Sampler { get; }

    [Fact]
    public void It_begins_with_Sobol_points_until_ten_results_are_known()
    {
        var problem = new SearchProblem(Line, 7, Loss);
        var history = new History();
        for (var at = 0; at < 18; at++)
        {
            var expected = new SobolSampler().Propose(problem, history);

            var proposed = Sampler.Propose(problem, history)!;

            proposed.Equals(expected).ShouldBe(at < 14, $"proposal {at}");
            history.Add(new Observation(proposed, at % 3 == 2 ? double.NaN : at, HasEnded: true));
        }
    }

    [Fact]
    public void What_is_made_large_is_searched_as_its_negative_is_made_small()
    {
        var function = TestFunctions.Named("branin");
        var large = new SearchProblem(function.Space, 3, new Objective("score", Direction.Maximize));
        var small = new SearchProblem(function.Space, 3, Loss);

        Searches.Sweep(Sampler, large, 40, set => -function.Regret(set)).ShouldBe(Searches.Sweep(Sampler, small, 40, set => function.Regret(set)));
    }

    // Failures and NaN fill one half; the best of the other lies at its border, where chance would put one in ten.
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(null)]
    public void What_failed_never_wins_and_is_kept_away_from(double? failure)
    {
        var sets = Searches.Sweep(Sampler, new SearchProblem(Line, 1, Loss), 80, set => set["x"]!.Value.AsDouble is var x && x < 0.5 ? failure : x);

        var late = sets[^40..].Select(set => set["x"]!.Value.AsDouble).ToList();
        late.Count(x => x is >= 0.5 and < 0.6).ShouldBeGreaterThan(10);
        late.Count(x => x < 0.3).ShouldBeLessThan(8);
    }

    [Fact]
    public void Ten_that_run_at_once_are_all_different_and_not_all_in_one_place()
    {
        var problem = new SearchProblem(Line, 1, Loss);
        History history = [.. Searches.Sweep(Sampler, problem, 30, Valley).Select(set => new Observation(set, Valley(set), HasEnded: true))];
        var running = new List<double>();
        for (var at = 0; at < 10; at++)
        {
            var set = Sampler.Propose(problem, history)!;
            history.Add(new Observation(set, null, HasEnded: false));
            running.Add(set["x"]!.Value.AsDouble);
        }

        running.Distinct().Count().ShouldBe(10);
        (running.Max() - running.Min()).ShouldBeGreaterThan(0.05);

        static double? Valley(ParameterSet set) => Math.Abs(set["x"]!.Value.AsDouble - 0.3);
    }

    [Fact]
    public void The_best_of_many_steps_is_found_without_repeating_a_set()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 5).Select(at => new Parameter($"p{at}", new IntDomain(0, 4), []))]);

        var sets = Searches.Sweep(Sampler, new SearchProblem(space, 1, Loss), 150, set => set.Sum(item => Math.Abs(item.Value.AsDouble - 3)));

        sets.Distinct().Count().ShouldBe(150);
        sets.ShouldContain(set => set.All(item => item.Value.AsInteger == 3));
    }
}
