using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Samplers.Sobol;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;
using GradientCI.Testing.Optimization;

namespace GradientCI.Core.Tests.Samplers;

public sealed class TpeSamplerTests
{
    private static readonly SearchSpace Line = new([new("x", new FloatDomain(0, 1), [])]);
    private static readonly Objective Loss = new("loss", Direction.Minimize);
    private readonly TpeSampler _sampler = new();

    public static TheoryData<string> Functions() => [.. TestFunctions.All.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Functions))]
    public void The_median_regret_after_a_hundred_trials_is_no_more_than_Optunas(string name) =>
        TestFunctions.Named(name).MedianRegret(_sampler, seeds: 50, trials: 100).ShouldBeLessThanOrEqualTo(Rivals.All[name].Tpe100);

    [Fact]
    public void Without_an_objective_it_goes_on_with_Sobol_points()
    {
        var problem = new SearchProblem(Line, 7, null);

        Sweep(problem, 40, _ => null).ShouldBe(Searches.Sweep(new SobolSampler(), problem, 40, _ => null));
    }

    // A changed proposal would break every sweep that is continued with a newer version.
    [Fact]
    public void The_proposals_of_a_seed_never_change()
    {
        var problem = new SearchProblem(TestFunctions.MixedConditional.Space, 42, Loss);

        var sets = Sweep(problem, 14, set => TestFunctions.MixedConditional.Regret(set));

        sets[^4..].Select(set => set.ToString()).ShouldBe(
        [
            "lr=0.0045674, wd=1.66526E-05, layers=5, dropout=0.05, opt=adam, bs=128",
            "lr=0.00333295, wd=1.59152E-05, layers=5, dropout=0.1, opt=adam, bs=128",
            "lr=0.00782803, wd=7.25552E-05, layers=5, dropout=0.2, opt=adam, bs=32",
            "lr=0.00128407, wd=0.00030165, layers=4, dropout=0.05, opt=adam, bs=64",
        ]);
    }

    // Sequentially it is 0.094; without weights for the gains it was 0.34.
    [Fact]
    public void Ten_at_a_time_cost_little_more_trials_than_one_after_the_other() =>
        TestFunctions.Named("hartmann6").MedianRegret(_sampler, seeds: 50, trials: 100, atOnce: 10).ShouldBeLessThan(0.16);

    [Fact]
    public void While_others_run_good_sets_weigh_what_they_gain()
    {
        TpeRules.Weights([3.0, 1.0, 0.0]).ShouldBe([2.25, 0.75, 0]);
        TpeRules.Weights([0.0, 0.0]).ShouldBe([1, 1]);
        TpeRules.Weights([double.MaxValue, double.MaxValue]).ShouldBe([1, 1]);
    }

    // Tables of real trainings look like this: some thousand points, where Optuna repeats a fifth of a hundred.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Of_a_table_no_row_is_asked_for_twice(int atOnce)
    {
        var space = new SearchSpace(
        [
            new("lr", new ChoiceDomain([.. new[] { 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 0.1 }.Select(ParameterValue.Of)]), []),
            new("units", new IntDomain(16, 512, Scale.Log, Step: 16), []),
            new("dropout", new FloatDomain(0, 0.6, Step: 0.3), []),
            new("schedule", new ChoiceDomain([ParameterValue.Of("cosine"), ParameterValue.Of("const")]), []),
        ]);
        var asked = new HashSet<ParameterSet>();
        var table = new TestFunction("table", space, set =>
        {
            asked.Add(set).ShouldBeTrue(set.ToString());
            return Math.Abs(set["units"]!.Value.AsDouble - 128) + (10 * set["dropout"]!.Value.AsDouble);
        });

        table.Sweep(_sampler, seed: 3, trials: 200, atOnce);

        asked.Count.ShouldBe(200);
    }

    [Fact]
    public void A_parameter_of_one_branch_is_learned_from_that_branch_alone()
    {
        var groups = ParameterGroup.Of(TestFunctions.MixedConditional.Space);

        groups.Select(group => string.Join(' ', group.Parameters.Select(parameter => parameter.Name))).ShouldBe(["lr wd layers dropout opt bs", "momentum"]);

        var late = Sweep(new SearchProblem(TestFunctions.MixedConditional.Space, 1, Loss), 120, set => (set["opt"]!.Value == ParameterValue.Of("sgd") ? 0 : 1) + TestFunctions.MixedConditional.Regret(set))[^30..];
        late.Count(set => set["momentum"] is { AsDouble: > 0.75 }).ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Of_a_long_history_the_newest_of_the_bad_are_looked_at()
    {
        var random = new SplitMix64(1);
        var history = new History();
        for (var at = 0; at < TpeRules.MostBad + 500; at++)
        {
            var x = random.NextUnit();
            history.Add(new Observation(new ParameterSet([new("x", ParameterValue.Of(x))]), x, HasEnded: true));
        }

        var verdicts = Verdicts.Of(history, [Loss], ParameterGroup.Of(Line)[0]);

        verdicts.Good.Count.ShouldBe(25);
        verdicts.Good.Max(set => set["x"]!.Value.AsDouble).ShouldBe(history.Select(observation => observation.Value!.Value).Order().ElementAt(24));
        verdicts.Bad.Count.ShouldBe(TpeRules.MostBad);
        verdicts.Bad[^1].ShouldBe(history[^1].Parameters);
        _sampler.Propose(new SearchProblem(Line, 1, Loss), history)!["x"]!.Value.AsDouble.ShouldBeLessThan(0.1);
    }

    [Fact]
    public void All_that_run_are_kept_away_from_however_long_ago_they_began()
    {
        History history = [new Observation(At(0.5), null, HasEnded: false), .. Enumerable.Range(0, TpeRules.MostBad + 100).Select(at => new Observation(At(at / 1e3), at, HasEnded: true))];

        var verdicts = Verdicts.Of(history, [Loss], ParameterGroup.Of(Line)[0]);

        verdicts.Bad.Count.ShouldBe(TpeRules.MostBad + 1);
        verdicts.Bad[0].ShouldBe(At(0.5));

        static ParameterSet At(double x) => new([new("x", ParameterValue.Of(x))]);
    }

    private ImmutableArray<ParameterSet> Sweep(SearchProblem problem, int trials, Func<ParameterSet, double?> value) => Searches.Sweep(_sampler, problem, trials, value);
}
