using System.Collections.Immutable;
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
    public void Complete_results_come_before_pruned_ones_of_those_the_furthest_first_and_last_what_breaks_a_constraint()
    {
        var history = new History();
        for (var at = 0; at < 30; at++)
        {
            var set = new ParameterSet([new("x", ParameterValue.Of((double)at))]);
            history.Add(at switch
            {
                7 => new Observation(set, 0.9, HasEnded: true),
                8 => new Observation(set, 0.01, HasEnded: true) { Violation = 0.1 },
                12 => new Observation(set, null, HasEnded: true) { Partial = new(9, 0.6) },
                19 => new Observation(set, null, HasEnded: true) { Partial = new(9, 0.5) },
                20 => new Observation(set, null, HasEnded: true) { Partial = new(9, double.NaN) },
                _ => new Observation(set, null, HasEnded: true) { Partial = new(3, 0.02) },
            });
        }

        var verdicts = Verdicts.Of(history, [Loss], ParameterGroup.Of(new SearchSpace([X]))[0]);

        verdicts.Good.Select(set => set["x"]!.Value.AsDouble).ShouldBe([7, 12, 19]);
    }

    [Fact]
    public void Once_five_ran_to_their_end_the_good_ones_are_a_tenth_of_those()
    {
        var history = HistoryOf(40, ended: 5);

        var verdicts = Verdicts.Of(history, [Loss], ParameterGroup.Of(new SearchSpace([X]))[0]);

        verdicts.Good.Count.ShouldBe(1);
        verdicts.Bad.Count.ShouldBe(39);
    }

    [Fact]
    public void Nothing_is_learned_from_what_was_pruned_where_that_says_nothing()
    {
        var history = HistoryOf(40, ended: 5);
        history.Foretells = place => place >= 30;

        var verdicts = Verdicts.Of(history, [Loss], ParameterGroup.Of(new SearchSpace([X]))[0]);

        double[] learned = [.. verdicts.Good.Concat(verdicts.Bad).Select(set => set["x"]!.Value.AsDouble).Order()];
        learned.ShouldBe([0, 1, 2, 3, 4, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
    }

    [Fact]
    public void What_runs_or_failed_has_no_merit()
    {
        Merit.OfPruned(new Observation(ParameterSet.Empty, null, HasEnded: false), [Loss]).ShouldBeNull();
        Merit.OfPruned(new Observation(ParameterSet.Empty, double.NaN, HasEnded: true), [Loss]).ShouldBeNull();
    }

    [Fact]
    public void Of_several_objectives_pruned_sets_that_came_as_far_go_by_fronts()
    {
        ImmutableArray<Objective> objectives = [Loss, new("ms", Direction.Minimize)];
        var history = new History();
        for (var at = 0; at < 30; at++)
        {
            var set = new ParameterSet([new("x", ParameterValue.Of((double)at))]);
            history.Add(at switch
            {
                7 => new Observation(set, 0.9, HasEnded: true) { Values = [0.9, 9] },
                12 => Pruned(set, 9, 0.6, 1),
                19 => Pruned(set, 9, 0.7, 2),
                20 => Pruned(set, 9, 0.1, 8),
                _ => Pruned(set, 3, 0.02, 0.1),
            });
        }

        var verdicts = Verdicts.Of(history, objectives, ParameterGroup.Of(new SearchSpace([X]))[0]);

        verdicts.Good.Select(set => set["x"]!.Value.AsDouble).ShouldBe([7, 12, 20]);
        verdicts.GoodWeights.ShouldBe([1, 1, 1]);
    }

    [Fact]
    public void Where_all_is_pruned_the_furthest_are_the_good_ones()
    {
        var history = new History();
        for (var at = 0; at < 20; at++)
        {
            history.Add(new Observation(new([new("x", ParameterValue.Of((double)at))]), null, HasEnded: true) { Partial = new(at is 4 or 11 ? 9 : 3, at) });
        }

        var verdicts = Verdicts.Of(history, [Loss], ParameterGroup.Of(new SearchSpace([X]))[0]);

        verdicts.Good.Select(set => set["x"]!.Value.AsDouble).ShouldBe([4, 11]);
        verdicts.Bad.Count.ShouldBe(18);
    }

    private static Observation Pruned(ParameterSet set, double step, params double[] values) =>
        new(set, null, HasEnded: true) { Partial = new PartialResult(step, values[0]) { Values = [.. values] } };

    private static History HistoryOf(int sets, int ended)
    {
        var history = new History();
        for (var at = 0; at < sets; at++)
        {
            var set = new ParameterSet([new("x", ParameterValue.Of((double)at))]);
            history.Add(at < ended ? new Observation(set, at, HasEnded: true) : new Observation(set, null, HasEnded: true) { Partial = new(9, at) });
        }

        return history;
    }
}
