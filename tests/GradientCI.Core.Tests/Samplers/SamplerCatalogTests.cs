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
        refused.Remedy.ShouldBe("Choose one of: auto, grid, random, sobol, tpe.");
    }

    [Fact]
    public void A_named_sampler_is_taken_as_it_is()
    {
        var choice = SamplerCatalog.BuiltIn.Choose(new SweepSpec { Space = Grid24, Sampler = "random" });

        choice.Sampler.Name.ShouldBe("random");
        choice.Note.ShouldBe("random: as the manifest asks");
    }

    [Fact]
    public void Auto_takes_a_grid_within_the_budget()
    {
        var choice = SamplerCatalog.BuiltIn.Choose(new SweepSpec { Space = Grid24, MaxTrials = 24 });

        choice.Sampler.Name.ShouldBe("grid");
        choice.Note.ShouldBe("grid: 24 points, at most 24 asked");
    }

    [Fact]
    public void Auto_takes_a_grid_when_there_is_no_budget()
    {
        var choice = SamplerCatalog.BuiltIn.Choose(new SweepSpec { Space = Grid24 });

        choice.Note.ShouldBe("grid: 24 points, all of them asked");
    }

    [Fact]
    public void Auto_takes_random_beyond_the_budget()
    {
        var choice = SamplerCatalog.BuiltIn.Choose(new SweepSpec { Space = Grid24, MaxTrials = 23 });

        choice.Sampler.Name.ShouldBe("random");
        choice.Note.ShouldBe("random: more than the 23 points that are asked");
    }

    [Fact]
    public void Auto_takes_random_for_a_continuum_and_names_it()
    {
        var choice = SamplerCatalog.BuiltIn.Choose(new SweepSpec { Space = Continuum, MaxTrials = 1_000 });

        choice.Sampler.Name.ShouldBe("random");
        choice.Note.ShouldBe("random: lr is a continuum");
    }

    [Fact]
    public void Without_a_search_there_is_one_set()
    {
        var choice = SamplerCatalog.BuiltIn.Choose(new SweepSpec());

        choice.Sampler.Propose(new SearchProblem(SearchSpace.Empty, 0, null), []).ShouldBe(ParameterSet.Empty);
        choice.Note.ShouldBe("grid: nothing is searched, so there is one parameter set");
    }
}
