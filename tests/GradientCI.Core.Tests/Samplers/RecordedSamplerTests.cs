using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Samplers;

public sealed class RecordedSamplerTests
{
    [Fact]
    public void What_is_recorded_is_proposed_in_its_order_and_nothing_else()
    {
        ParameterSet[] sets = [.. new[] { 3.5, 1.25, 2 }.Select(value => new ParameterSet([new("x", ParameterValue.Of(value))]))];
        var spec = new ExperimentSpec
        {
            Name = "toy",
            Command = new CommandSpec(["true"], IsShell: true),
            Sweep = new SweepSpec { Space = new SearchSpace([new Parameter("x", new FloatDomain(0, 9), [])]), Sampler = "tpe", MaxTrials = 3, Recorded = [.. sets] },
        };
        spec = SpecJson.Deserialize(SpecJson.Serialize(spec));
        var (sampler, note) = SamplerCatalog.BuiltIn.Choose(spec);
        var history = new History();

        while (sampler.Propose(SearchProblem.Of(spec), history) is { } set)
        {
            history.Add(new Observation(set, null, HasEnded: false));
        }

        history.Select(observation => observation.Parameters).ShouldBe(sets);
        note.ShouldBe("recorded: the parameter sets of the run that is repeated");
    }
}
