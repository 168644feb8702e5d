using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Samplers.Gp;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Optimization;

namespace GradientCI.Core.Tests.Samplers.Gp;

public sealed class GpSamplerTests
{
    private static readonly SearchSpace Line = new([new("x", new FloatDomain(0, 1), [])]);
    private static readonly Objective Loss = new("loss", Direction.Minimize);
    private readonly GpSampler _sampler = new();

    // bench/README.md has all ten functions and more seeds.
    [Theory]
    [InlineData("branin", 50, 0.001)]
    [InlineData("hartmann6", 50, 0.01)]
    [InlineData("mixed_conditional", 50, 0.001)]
    public void The_median_regret_is_what_a_model_of_all_results_reaches(string name, int trials, double most) =>
        TestFunctions.Named(name).MedianRegret(_sampler, seeds: 7, trials).ShouldBeLessThanOrEqualTo(most);

    // A changed proposal would break every sweep that is continued with a newer version.
    [Fact]
    public void The_proposals_of_a_seed_never_change()
    {
        var problem = new SearchProblem(TestFunctions.MixedConditional.Space, 42, Loss);

        var sets = Sweep(problem, 15, set => TestFunctions.MixedConditional.Regret(set));

        sets[^5..].Select(set => set.ToString()).ShouldBe(
        [
            "lr=0.0137609, wd=9.32003E-05, layers=4, dropout=0, opt=adam, bs=32",
            "lr=0.0239008, wd=0.0024379, layers=3, dropout=0.35, opt=sgd, bs=128, momentum=0.75705",
            "lr=0.00215161, wd=1E-06, layers=1, dropout=0, opt=adam, bs=256",
            "lr=0.00270708, wd=0.00296991, layers=6, dropout=0, opt=adam, bs=256",
            "lr=0.00283175, wd=0.000133134, layers=3, dropout=0.35, opt=adam, bs=128",
        ]);
    }

    [Fact]
    public void A_set_that_breaks_a_constraint_or_was_pruned_is_no_good_one()
    {
        var history = new History();
        for (var at = 0; at < 20; at++)
        {
            history.Add(new Observation(X(at / 20.0), at, HasEnded: true));
        }

        history.Add(new Observation(X(0.97), -5, HasEnded: true) { Violation = 1 });
        history.Add(new Observation(X(0.98), null, HasEnded: true) { Partial = new PartialResult(3, -5) });
        history.Add(new Observation(X(0.99), null, HasEnded: true) { Partial = new PartialResult(3, 15) });
        history.Add(new Observation(X(0.995), null, HasEnded: true) { Partial = new PartialResult(3, double.NaN) });

        var known = Known.Of(history, Loss, new Axes(Line))!;

        known.Losses[^4..].ShouldBe([19, 10, 15, 19]);
    }

    [Fact]
    public void Sets_of_another_space_teach_nothing()
    {
        History history = [.. Enumerable.Range(0, 30).Select(at => new Observation(new ParameterSet([new("y", ParameterValue.Of(at / 30.0))]), at, HasEnded: true))];

        Known.Of(history, Loss, new Axes(Line)).ShouldBeNull();
        Line.Contains(_sampler.Propose(new SearchProblem(Line, 1, Loss), history)!).ShouldBeTrue();
    }

    [Fact]
    public void Of_a_long_history_the_best_and_the_newest_are_learned_from()
    {
        var random = new SplitMix64(1);
        History history = [.. Enumerable.Range(0, 800).Select(_ => random.NextUnit()).Select(x => new Observation(X(x), x, HasEnded: true))];

        var known = Known.Of(history, Loss, new Axes(Line))!;

        known.Units.Count.ShouldBe(GpRules.MostResults);
        known.Losses.Order().Take(250).ShouldBe(history.Select(observation => observation.Value!.Value).Order().Take(250));
        known.Losses[^1].ShouldBe(history[^1].Value!.Value);
        known.Selection(GpRules.MostFitted).Distinct().Count().ShouldBe(GpRules.MostFitted);
        _sampler.Propose(new SearchProblem(Line, 1, Loss), history)!["x"]!.Value.AsDouble.ShouldBeLessThan(0.1);
    }

    private static ParameterSet X(double x) => new([new("x", ParameterValue.Of(x))]);

    private ImmutableArray<ParameterSet> Sweep(SearchProblem problem, int trials, Func<ParameterSet, double?> value) => Searches.Sweep(_sampler, problem, trials, value);
}
