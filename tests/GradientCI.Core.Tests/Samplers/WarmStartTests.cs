using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Testing.Optimization;

namespace GradientCI.Core.Tests.Samplers;

/// <summary>A search that begins with what earlier runs found.</summary>
public sealed class WarmStartTests
{
    private const int Known = 100;

    private static readonly Objective Loss = new("loss", Direction.Minimize);
    private static readonly TestFunction Hartmann = TestFunctions.Named("hartmann6");

    public static TheoryData<string> Learners() => [.. SamplerCatalog.BuiltIn.Names.Where(SamplerCatalog.BuiltIn.Learns)];

    [Fact]
    public void A_history_knows_which_of_its_sets_are_of_earlier_runs()
    {
        var set = new ParameterSet([new("x", ParameterValue.Of(1.0))]);
        var history = History.After([new Observation(set, 1, HasEnded: true)]);

        history.Add(new Observation(ParameterSet.Empty, null, HasEnded: false));

        (history.Earlier, history.Count).ShouldBe((1, 2));
        history.Has(set).ShouldBeTrue();
        new History().Earlier.ShouldBe(0);
    }

    [Fact]
    public void Those_learn_that_look_at_results() => SamplerCatalog.BuiltIn.Names.Where(SamplerCatalog.BuiltIn.Learns).ShouldBe(["cma-es", "gp", "nsga2", "tpe"]);

    // Ten further sets after a hundred of an earlier run, and after none: medians over seeds of the best of the ten.
    [Theory]
    [MemberData(nameof(Learners))]
    public void It_is_better_at_once_than_one_that_begins_with_nothing(string name)
    {
        var seeds = name == "gp" ? 3 : 9;
        var warm = Enumerable.Range(1, seeds).Select(seed => Best(name, seed, Earlier(seed))).Order().ElementAt(seeds / 2);
        var cold = Enumerable.Range(1, seeds).Select(seed => Best(name, seed, [])).Order().ElementAt(seeds / 2);

        warm.ShouldBeLessThan(cold / 1.5);
    }

    [Theory]
    [MemberData(nameof(Learners))]
    public void The_same_earlier_sets_give_the_same_proposals_and_none_of_them_again(string name)
    {
        var sampler = SamplerCatalog.BuiltIn.Find(name);
        var function = TestFunctions.MixedConditional;
        var problem = new SearchProblem(function.Space, 3, Loss) { MaxTrials = 30 };
        List<Observation> earlier = [.. Sweep(SamplerCatalog.BuiltIn.Find("random"), problem with { Seed = 9 }, [], 40, function)];

        var first = Sweep(sampler, problem, earlier, 30, function);
        var again = Sweep(sampler, problem, [.. earlier.Select(each => each with { Parameters = new ParameterSet(each.Parameters) })], 30, function);

        again.Select(each => each.Parameters).ShouldBe(first.Select(each => each.Parameters));
        first.ShouldAllBe(each => function.Space.Contains(each.Parameters));
        first.Concat(earlier).Select(each => each.Parameters).Distinct().Count().ShouldBe(70);
        sampler.Propose(problem, History.After(earlier)).ShouldNotBe(sampler.Propose(problem, []));
    }

    [Fact]
    public void Cma_es_begins_around_the_best_of_earlier_sets_whoever_chose_them()
    {
        var space = new SearchSpace([new("x", new FloatDomain(0, 1), []), new("y", new FloatDomain(0, 1), [])]);
        var problem = new SearchProblem(space, 1, Loss);
        var random = new SplitMix64(7);
        List<Observation> earlier = [];
        for (var at = 0; at < 200; at++)
        {
            var (x, y) = (random.NextUnit(), random.NextUnit());
            earlier.Add(new Observation(new ParameterSet([new("x", ParameterValue.Of(x)), new("y", ParameterValue.Of(y))]), Math.Abs(x - 0.8) + Math.Abs(y - 0.3), HasEnded: true));
        }

        var proposed = Sweep(SamplerCatalog.BuiltIn.Find("cma-es"), problem, earlier, 6, TestFunctions.Named("branin"), _ => 1).Select(each => each.Parameters).ToList();

        proposed.Average(set => set["x"]!.Value.AsDouble).ShouldBe(0.8, 0.1);
        proposed.Average(set => set["y"]!.Value.AsDouble).ShouldBe(0.3, 0.1);
    }

    [Theory]
    [InlineData(0, "gp: x is a continuum, and 40 sets of 1 parameter are few enough for a model of all")]
    [InlineData(43, "gp: x is a continuum, and 83 sets of 1 parameter, 43 of them of earlier runs, are few enough for a model of all")]
    [InlineData(461, "tpe: x is a continuum, and 501 sets, 461 of them of earlier runs, are too many for a model of all")]
    public void Auto_counts_what_is_known(int earlier, string note) => Choose(40, earlier).ShouldBe(note);

    [Fact]
    public void Auto_learns_from_earlier_sets_in_however_few_trials() =>
        Choose(5, 3).ShouldBe("gp: x is a continuum, and 8 sets of 1 parameter, 3 of them of earlier runs, are few enough for a model of all");

    private static string Choose(int trials, int earlier)
    {
        var sweep = new SweepSpec { Space = new SearchSpace([new("x", new FloatDomain(0, 1), [])]), MaxTrials = trials, WarmStart = true };
        return SamplerCatalog.BuiltIn.Choose(Some.Spec(Loss) with { Sweep = sweep }, earlier).Note;
    }

    private static List<Observation> Earlier(int seed) =>
        Sweep(SamplerCatalog.BuiltIn.Find("tpe"), new SearchProblem(Hartmann.Space, seed + 100, Loss), [], Known, Hartmann);

    private static double Best(string name, int seed, List<Observation> earlier) =>
        Sweep(SamplerCatalog.BuiltIn.Find(name), new SearchProblem(Hartmann.Space, seed, Loss) { MaxTrials = 10 }, earlier, 10, Hartmann).Min(each => each.Value!.Value);

    private static List<Observation> Sweep(
        ISampler sampler, SearchProblem problem, List<Observation> earlier, int trials, TestFunction function, Func<ParameterSet, double>? lossOf = null)
    {
        var history = History.After(earlier);
        while (history.Count < earlier.Count + trials && sampler.Propose(problem, history) is { } set)
        {
            history.Add(new Observation(set, (lossOf ?? function.Regret)(set), HasEnded: true));
        }

        return [.. history.Skip(earlier.Count)];
    }
}
