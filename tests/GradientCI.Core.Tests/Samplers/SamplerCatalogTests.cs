using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Samplers.Grid;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Samplers;

public sealed class SamplerCatalogTests
{
    private static readonly SearchSpace Grid24 = new([new("a", new IntDomain(1, 4), []), new("b", new IntDomain(1, 6), [])]);
    private static readonly SearchSpace Continuum = new([new("lr", new FloatDomain(0, 1), []), new("n", new IntDomain(1, 2), [])]);

    [Fact]
    public void Two_samplers_of_one_name_are_refused() =>
        Should.Throw<ArgumentException>(() => new SamplerCatalog([new GridSampler(), new GridSampler()])).Message.ShouldContain("\"grid\"");

    [Fact]
    public void An_unknown_name_is_answered_with_the_names_that_exist()
    {
        var refused = Should.Throw<GradientException>(() => SamplerCatalog.BuiltIn.Find("tea"));

        refused.Kind.ShouldBe(FailureKind.Usage);
        refused.Message.ShouldBe("There is no sampler \"tea\".");
        refused.Remedy.ShouldBe("Choose one of: auto, cma-es, gp, grid, nsga2, random, sobol, tpe.");
    }

    [Fact]
    public void A_named_sampler_is_taken_as_it_is()
    {
        var choice = Choose(new SweepSpec { Space = Grid24, Sampler = "random" });

        choice.Sampler.Name.ShouldBe("random");
        choice.Note.ShouldBe("random: as the manifest asks");
    }

    [Fact]
    public void Auto_takes_a_grid_within_the_budget()
    {
        var choice = Choose(new SweepSpec { Space = Grid24, MaxTrials = 24 });

        choice.Sampler.Name.ShouldBe("grid");
        choice.Note.ShouldBe("grid: 24 points, at most 24 asked");
    }

    [Fact]
    public void Auto_takes_a_grid_when_there_is_no_budget() =>
        Choose(new SweepSpec { Space = Grid24 }).Note.ShouldBe("grid: 24 points, all of them asked");

    [Fact]
    public void Auto_learns_beyond_the_budget()
    {
        var choice = Choose(new SweepSpec { Space = Grid24, MaxTrials = 23 });

        choice.Sampler.Name.ShouldBe("gp");
        choice.Note.ShouldBe("gp: more than the 23 points that are asked, and 23 sets of 2 parameters are few enough for a model of all");
    }

    [Fact]
    public void Auto_learns_in_a_continuum_and_names_it()
    {
        var choice = Choose(new SweepSpec { Space = Continuum, MaxTrials = 1_000 });

        choice.Sampler.Name.ShouldBe("tpe");
        choice.Note.ShouldBe("tpe: lr is a continuum, and 1000 sets are too many for a model of all");
    }

    [Fact]
    public void Auto_spreads_points_where_there_is_nothing_to_learn_from()
    {
        var choice = Choose(new SweepSpec { Space = Continuum, MaxTrials = 1_000 }, hasObjective: false);

        choice.Sampler.Name.ShouldBe("sobol");
        choice.Note.ShouldBe("sobol: lr is a continuum, and there is no objective to learn from");
    }

    [Theory]
    [InlineData(1, "sobol: lr is a continuum, and 1 set is too few to learn from")]
    [InlineData(10, "sobol: lr is a continuum, and 10 sets are too few to learn from")]
    [InlineData(11, "gp: lr is a continuum, and 11 sets of 2 parameters are few enough for a model of all")]
    public void Auto_spreads_points_when_they_end_before_learning_begins(int trials, string note) =>
        Choose(new SweepSpec { Space = Continuum, MaxTrials = trials }).Note.ShouldBe(note);

    [Theory]
    [InlineData("random: lr is a continuum", "random")]
    [InlineData("tpe: lr is a continuum", "tpe")]
    [InlineData("oracle: of a version to come", "gp")]
    [InlineData("", "gp")]
    public void A_run_goes_on_with_the_sampler_that_it_began_with(string note, string sampler)
    {
        var spec = Some.Spec(new Objective("val_acc", Direction.Maximize)) with { Sweep = new SweepSpec { Space = Continuum, MaxTrials = 20 } };

        SamplerCatalog.BuiltIn.Of(Some.Run(spec).Run with { SamplerNote = note }).Name.ShouldBe(sampler);
    }

    [Fact]
    public void Auto_takes_a_sampler_that_serves_what_is_asked()
    {
        var loss = new Objective("loss", Direction.Minimize);
        var spec = Some.Spec(loss) with { Sweep = new SweepSpec { Space = Continuum, MaxTrials = 100 } };

        SamplerCatalog.BuiltIn.Choose(spec with { Objectives = [loss, new Objective("ms", Direction.Minimize)] }).Note
            .ShouldBe("tpe: lr is a continuum, and for 2 objectives 100 sets are too few to breed");
        SamplerCatalog.BuiltIn.Choose(spec with { Constraints = [new ConstraintSpec("ms", new Interval(null, false, 20, true, "<= 20"))] }).Note
            .ShouldBe("tpe: lr is a continuum, and it learns from broken constraints");
        SamplerCatalog.BuiltIn.Choose(spec with { Sweep = spec.Sweep with { Pruner = new PrunerSpec("median", System.Collections.Immutable.ImmutableSortedDictionary<string, double>.Empty) } }).Note
            .ShouldBe("tpe: lr is a continuum, and it learns from trials that are pruned");
    }

    [Fact]
    public void Auto_models_no_more_parameters_than_a_model_can_learn()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 21).Select(at => new Parameter($"x{at}", new FloatDomain(0, 1), []))]);

        Choose(new SweepSpec { Space = space, MaxTrials = 100 }).Note
            .ShouldBe("tpe: x0 and 20 other parameters are each a continuum, and 21 parameters are too many for a model of all");
    }

    [Fact]
    public void Without_a_search_there_is_one_set()
    {
        var choice = Choose(new SweepSpec());

        choice.Sampler.Propose(new SearchProblem(SearchSpace.Empty, 0, null), []).ShouldBe(ParameterSet.Empty);
        choice.Note.ShouldBe("grid: nothing is searched, so there is one parameter set");
    }

    [Theory]
    [InlineData(999, "tpe: lr is a continuum, and for 2 objectives 999 sets are too few to breed")]
    [InlineData(1_000, "nsga2: lr is a continuum, and for 2 objectives 1000 sets are enough to breed")]
    [InlineData(10, "sobol: lr is a continuum, and 10 sets are too few to learn from")]
    public void Auto_learns_of_several_objectives_and_breeds_when_there_is_time_for_many_generations(int trials, string note) =>
        SamplerCatalog.BuiltIn.Choose(Two(new SweepSpec { Space = Continuum, MaxTrials = trials })).Note.ShouldBe(note);

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 5_000)]
    public void Auto_takes_a_sampler_that_learns_from_broken_constraints_where_there_are_some(int objectives, int trials)
    {
        var spec = Two(new SweepSpec { Space = Continuum, MaxTrials = trials });

        var choice = SamplerCatalog.BuiltIn.Choose(
            spec with { Objectives = spec.Objectives[..objectives], Constraints = [new ConstraintSpec("ms", new Interval(null, false, 20, true, "<= 20"))] });

        choice.Note.ShouldBe("tpe: lr is a continuum, and it learns from broken constraints");
    }

    [Fact]
    public void A_sampler_of_one_objective_refuses_several_with_a_sentence()
    {
        var catalog = new SamplerCatalog([new OneObjectiveSampler()]);

        catalog.Serves("one", 1).ShouldBeTrue();
        catalog.Serves("one", 2).ShouldBeFalse();
        SamplerCatalog.BuiltIn.Serves("auto", 5).ShouldBeTrue();
        Should.Throw<GradientException>(() => catalog.Choose(Two(new SweepSpec { Space = Continuum, Sampler = "one" })))
            .Message.ShouldBe("The sampler \"one\" learns from one objective, and digits has 2.");
    }

    private static ExperimentSpec Two(SweepSpec sweep) =>
        Some.Spec() with { Objectives = [new Objective("val_acc", Direction.Maximize), new Objective("ms", Direction.Minimize)], Sweep = sweep };

    private static SamplerChoice Choose(SweepSpec sweep, bool hasObjective = true) => SamplerCatalog.BuiltIn.Choose(
        Some.Spec(hasObjective ? new Objective("val_acc", Direction.Maximize) : null) with { Sweep = sweep });

    private sealed class OneObjectiveSampler : ISampler
    {
        public string Name => "one";

        public ParameterSet? Propose(SearchProblem problem, History history) => null;
    }
}
