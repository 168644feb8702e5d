using GradientCI.Metrics;
using GradientCI.Samplers;
using GradientCI.Samplers.Tpe;
using GradientCI.SearchSpaces;

namespace GradientCI.Core.Tests.Samplers;

public sealed class MeritTests
{
    private static readonly Objective Loss = new("loss", Direction.Minimize);
    private static readonly Parameter X = new("x", new FloatDomain(0, 100), []);

    [Fact]
    public void Complete_results_come_before_pruned_ones_and_of_those_the_furthest_first()
    {
        Observation[] inOrder = [Ended(0.1), Ended(0.9), Pruned(9, 0.5), Pruned(9, 0.6), Pruned(9, double.NaN), Pruned(3, 0.01)];

        inOrder.Select(each => Merit.Of(each, Loss)).ShouldBe(inOrder.Select(each => Merit.Of(each, Loss)).Reverse().Order());
        Merit.Of(new Observation(ParameterSet.Empty, null, HasEnded: false), Loss).ShouldBeNull();
        Merit.Of(Ended(double.NaN), Loss).ShouldBeNull();
    }

    [Fact]
    public void Where_all_is_pruned_the_furthest_are_the_good_ones()
    {
        var history = new History();
        for (var at = 0; at < 20; at++)
        {
            history.Add(new Observation(new([new("x", ParameterValue.Of((double)at))]), null, HasEnded: true) { Partial = new(at is 4 or 11 ? 9 : 3, at) });
        }

        var verdicts = Verdicts.Of(history, Loss, ParameterGroup.Of(new SearchSpace([X]))[0]);

        verdicts.Good.Select(set => set["x"]!.Value.AsDouble).ShouldBe([4, 11]);
        verdicts.Bad.Count.ShouldBe(18);
    }

    private static Observation Ended(double value) => new(ParameterSet.Empty, value, HasEnded: true);

    private static Observation Pruned(double step, double value) => new(ParameterSet.Empty, null, HasEnded: true) { Partial = new(step, value) };
}
