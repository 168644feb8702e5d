using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Samplers.CmaEs;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Optimization;

namespace GradientCI.Core.Tests.Samplers;

public sealed class CmaEsSamplerTests
{
    private static readonly Objective Loss = new("loss", Direction.Minimize);
    private readonly CmaEsSampler _sampler = new();

    public static TheoryData<string> Functions() => [.. TestFunctions.All.Select(function => function.Name)];

    // Below it on nine of ten; on the hills of Rastrigin's function they are equal to four digits.
    [Theory]
    [MemberData(nameof(Functions))]
    public void The_median_regret_after_a_hundred_trials_is_no_more_than_that_of_Optunas(string name) =>
        TestFunctions.Named(name).MedianRegret(_sampler, seeds: 50, trials: 100).ShouldBeLessThan(1.001 * Rivals.All[name].Cma100);

    // A changed proposal would break every sweep that is continued with a newer version.
    [Fact]
    public void The_proposals_of_a_seed_never_change()
    {
        var sets = Sweep(TestFunctions.MixedConditional.Space, 42, 24, TestFunctions.MixedConditional.Regret);

        sets[^3..].Select(set => set.ToString()).ShouldBe(
        [
            "lr=0.0140623, wd=6.69033E-05, layers=5, dropout=0.15, opt=adam, bs=16",
            "lr=0.000582792, wd=3.56584E-05, layers=5, dropout=0.25, opt=adam, bs=64",
            "lr=0.000860619, wd=0.000264563, layers=5, dropout=0.25, opt=adam, bs=64",
        ]);
    }

    // The copies are read anew and so learned anew, from the first set on; results also change after they were learned from.
    [Fact]
    public void What_was_learned_before_is_a_shortcut_and_no_more()
    {
        var function = TestFunctions.Named("levy4");
        var problem = new SearchProblem(function.Space, 3, Loss);
        var history = new History();
        for (var at = 0; at < 60; at++)
        {
            var proposed = _sampler.Propose(problem, history)!;

            new CmaEsSampler().Propose(problem, [.. history]).ShouldBe(proposed, $"proposal {at}");

            history.Add(new Observation(proposed, at % 4 == 1 ? null : function.Regret(proposed), HasEnded: at % 4 != 1));
            if (at >= 20)
            {
                history.Note(at - 20, function.Regret(history[at - 20].Parameters), hasEnded: true);
            }
        }
    }

    [Fact]
    public void Another_problem_with_the_same_history_is_another_search()
    {
        var space = TestFunctions.Named("branin").Space;
        History history = [.. Sweep(space, 1, 20, TestFunctions.Named("branin").Regret).Select((set, at) => new Observation(set, at, HasEnded: true))];

        var small = _sampler.Propose(new SearchProblem(space, 1, Loss), history);
        var large = _sampler.Propose(new SearchProblem(space, 1, Loss with { Direction = Direction.Maximize }), history);

        large.ShouldNotBe(small);
        _sampler.Propose(new SearchProblem(space, 1, Loss), history).ShouldBe(small);
    }

    [Fact]
    public void What_failed_is_kept_away_from()
    {
        var space = new SearchSpace([new("x", new FloatDomain(0, 1), []), new("y", new FloatDomain(0, 1), [])]);

        var sets = Sweep(space, 1, 100, set => set["x"]!.Value.AsDouble is var x && x < 0.5 ? double.NaN : x + set["y"]!.Value.AsDouble);

        sets[^40..].Count(set => set["x"]!.Value.AsDouble is >= 0.48 and < 0.6).ShouldBeGreaterThan(30);
    }

    // Without a margin the distribution shrinks within one step and stays there.
    [Fact]
    public void Whole_numbers_are_searched_to_the_end()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 6).Select(at => new Parameter($"n{at}", new IntDomain(-50, 50), []))]);

        var sets = Sweep(space, 1, 400, set => set.Sum(item => Math.Pow(item.Value.AsDouble - 17, 2)));

        sets.ShouldContain(set => set.All(item => item.Value.AsInteger == 17));
        sets.Distinct().Count().ShouldBe(400);
    }

    [Fact]
    public void A_search_that_has_come_to_its_end_starts_anew_elsewhere()
    {
        var space = new SearchSpace([new("x", new FloatDomain(0, 1), [])]);

        var sets = Sweep(space, 1, 600, set => Math.Abs(set["x"]!.Value.AsDouble - 0.3));

        sets[40..80].ShouldAllBe(set => Math.Abs(set["x"]!.Value.AsDouble - 0.3) < 0.1);
        sets[80..].Count(set => Math.Abs(set["x"]!.Value.AsDouble - 0.3) > 0.1).ShouldBeGreaterThan(30);
    }

    [Theory]
    [InlineData(0.45, 0.55, 0.5, 0.001)]
    [InlineData(0.45, 0.55, 0.549, 0.001)]
    [InlineData(0, 0.1, 0.02, 0.001)]
    [InlineData(0.9, 1, 0.95, 0.001)]
    public void A_margin_leaves_the_present_step_as_often_as_it_says(double from, double to, double mean, double deviation)
    {
        var moved = Margin.Of(new UnitInterval(from, to), mean, deviation, 0.02)!.Value;

        var below = from <= 0 ? 0 : NormalDistribution.Below((from - moved.Mean) / moved.Deviation);
        var above = to >= 1 ? 0 : 1 - NormalDistribution.Below((to - moved.Mean) / moved.Deviation);
        (below + above).ShouldBeGreaterThanOrEqualTo(0.01999);
        Math.Min(from <= 0 ? 1 : below, to >= 1 ? 1 : above).ShouldBeInRange(0.00999, 0.02001);
        Margin.Of(new UnitInterval(from, to), (from + to) / 2, 0.2, 0.02).ShouldBeNull();
    }

    [Fact]
    public void Weights_are_those_of_the_tutorial()
    {
        var weights = new CmaWeights(dimensions: 10, population: 10);

        Enumerable.Range(0, 5).Sum(rank => weights.Of(rank, 10, hasFailed: false)).ShouldBe(1, 1e-12);
        weights.Of(0, 10, hasFailed: false).ShouldBe(0.4563, 1e-4);
        weights.Mass.ShouldBe(3.1673, 1e-4);
        weights.Of(9, 10, hasFailed: false).ShouldBeLessThan(0);
        weights.Of(7, 8, hasFailed: false).ShouldBe(weights.Of(9, 10, hasFailed: false));
        weights.Of(1, 10, hasFailed: true).ShouldBeLessThanOrEqualTo(0);
    }

    [Fact]
    public void More_numbers_than_can_be_learned_together_are_left_to_tpe()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, CmaRules.MostDimensions + 1).Select(at => new Parameter($"x{at}", new FloatDomain(0, 1), []))]);
        History history = [.. Sweep(space, 1, 12, set => set.First().Value.AsDouble).Select((set, at) => new Observation(set, at, HasEnded: true))];

        _sampler.Propose(new SearchProblem(space, 1, Loss), history).ShouldBe(new TpeSampler().Propose(new SearchProblem(space, 1, Loss), history));
    }

    private ImmutableArray<ParameterSet> Sweep(SearchSpace space, long seed, int trials, Func<ParameterSet, double> value) =>
        Searches.Sweep(_sampler, new SearchProblem(space, seed, Loss), trials, set => value(set));
}
