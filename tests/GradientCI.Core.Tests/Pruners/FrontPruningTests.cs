using System.Collections.Immutable;
using GradientCI.Comparisons.Pareto;
using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Pruners;

/// <summary>Pruning by all of several objectives.</summary>
public sealed class FrontPruningTests
{
    private static readonly ImmutableArray<Objective> Objectives = [new("acc", Direction.Maximize), new("latency_ms", Direction.Minimize)];

    [Fact]
    public void What_no_other_beats_goes_on_whatever_its_first_objective()
    {
        var (pruner, problem, curves) = Rules("asha");
        Show(curves, 1, 1, 0.9, 30);
        Show(curves, 2, 1, 0.5, 10);
        Show(curves, 3, 1, 0.8, 40);
        Show(curves, 4, 1, 0.4, 12);

        pruner.ReasonToPrune(problem, curves, 1).ShouldBeNull();
        pruner.ReasonToPrune(problem, curves, 2).ShouldBeNull("it is the fastest");
        pruner.ReasonToPrune(problem, curves, 3).ShouldBe("Pruned at step 1: acc 0.8 with latency_ms 40 is number 3 of 4, and only the best goes on.");
        pruner.ReasonToPrune(problem, curves, 4).ShouldBe("Pruned at step 1: acc 0.4 with latency_ms 12 is number 3 of 4, and only the best goes on.");
    }

    [Fact]
    public void Of_a_front_that_is_too_large_the_lonelier_go_on()
    {
        var (pruner, problem, curves) = Rules("asha");
        (double Acc, double Latency)[] sets = [(0.9, 90), (0.5, 10), (0.7, 50), (0.89, 88), (0.52, 12), (0.6, 62), (0.6, 63), (0.6, 64), (0.6, 65)];
        foreach (var (set, at) in sets.Select((set, at) => (set, at)))
        {
            Show(curves, at + 1, 1, set.Acc, set.Latency);
        }

        var goOn = Enumerable.Range(1, sets.Length).Where(set => pruner.ReasonToPrune(problem, curves, set) is null);

        goOn.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void A_step_at_which_one_objective_is_not_finite_or_a_constraint_is_broken_comes_last()
    {
        var (pruner, problem, curves) = Rules("asha");
        Show(curves, 1, 1, 0.1, 90);
        curves.Begin(2, 2);
        curves.Add(2, 1, [0.9, double.NaN]);
        curves.Begin(3, 3);
        curves.Add(3, 1, [0.9, 10], isInfeasible: true);

        pruner.ReasonToPrune(problem, curves, 1).ShouldBeNull();
        pruner.ReasonToPrune(problem, curves, 2).ShouldBe("Pruned at step 1: acc or latency_ms, which is not finite or breaks a constraint, is number 2 of 3, and only the best goes on.");
        pruner.ReasonToPrune(problem, curves, 3).ShouldNotBeNull();
    }

    [Fact]
    public void The_median_looks_at_how_many_completed_trials_come_before()
    {
        var (pruner, problem, curves) = Rules("median");
        for (var trial = 1; trial <= 5; trial++)
        {
            Show(curves, trial, 1, 0.9 - (trial * 0.1), 10 * trial);
            curves.End(trial, CurveEnd.Completed);
        }

        Show(curves, 6, 1, 0.55, 35);
        Show(curves, 7, 1, 0.1, 9);
        Show(curves, 8, 1, 0.65, 25);

        pruner.ReasonToPrune(problem, curves, 6).ShouldBe("Pruned at step 1: acc 0.55 with latency_ms 35 comes behind 3 of 5 trials.");
        pruner.ReasonToPrune(problem, curves, 7).ShouldBeNull("nothing is faster");
        pruner.ReasonToPrune(problem, curves, 8).ShouldBeNull();
    }

    [Fact]
    public void Nothing_is_behind_trials_none_of_which_has_finite_values()
    {
        var (pruner, problem, curves) = Rules("median");
        for (var trial = 1; trial <= 5; trial++)
        {
            Show(curves, trial, 1, double.NaN, 1);
            curves.End(trial, CurveEnd.Completed);
        }

        Show(curves, 6, 1, 0.1, 1);

        pruner.ReasonToPrune(problem, curves, 6).ShouldBeNull();
    }

    [Fact]
    public void Patience_counts_points_that_are_better_in_no_objective()
    {
        var (pruner, problem, curves) = Rules("patience", ("patience", 3));
        foreach (var (acc, latency) in new[] { (0.5, 10.0), (0.4, 9.0), (0.45, 9.5), (0.5, 9.0), (0.5, 9.0), (0.5, 10.0) })
        {
            Show(curves, 1, curves.Knows(1) ? curves.PointsOf(1) + 1 : 1, acc, latency);
            pruner.ReasonToPrune(problem, curves, 1).ShouldBeNull();
        }

        Show(curves, 1, 7, 0.3, double.NaN);

        pruner.ReasonToPrune(problem, curves, 1).ShouldBe("Pruned at step 7: no better in acc or latency_ms for 3 points.");
    }

    [Fact]
    public void A_paused_set_goes_on_once_it_is_among_the_best()
    {
        var (pruner, problem, curves) = Rules("asha");
        Show(curves, 1, 1, 0.9, 30);
        Show(curves, 2, 1, 0.5, 10);
        Show(curves, 3, 1, 0.7, 20);
        pruner.ReasonToPrune(problem, curves, 3).ShouldNotBeNull();
        curves.End(3, CurveEnd.Paused);
        pruner.NextToResume(problem, curves).ShouldBeNull();

        for (var set = 4; set <= 9; set++)
        {
            Show(curves, set, 1, 0.1, 90 + set);
            curves.End(set, CurveEnd.Paused);
        }

        pruner.NextToResume(problem, curves).ShouldBe(3);
    }

    [Fact]
    public void The_order_in_which_results_come_decides_nothing()
    {
        var random = new Random(3);
        var sets = Enumerable.Range(1, 60).Select(set => (Set: set, Acc: random.Next(8) / 8.0, Latency: (double)random.Next(8))).ToArray();
        var reversed = sets.Reverse().ToArray();

        var judged = new[] { sets, reversed }.Select(order =>
        {
            var (pruner, problem, curves) = Rules("asha");
            foreach (var (set, acc, latency) in order)
            {
                Show(curves, set, 1, acc, latency);
                pruner.ReasonToPrune(problem, curves, set);
            }

            return sets.Select(each => pruner.ReasonToPrune(problem, curves, each.Set)).ToArray();
        }).ToArray();

        judged[0].ShouldBe(judged[1]);
    }

    [Fact]
    public void A_judgement_among_many_compares_with_the_newest()
    {
        var (pruner, problem, curves) = Rules("asha");
        for (var set = 1; set <= FrontRung.MostCompared + 500; set++)
        {
            Show(curves, set, 1, 1.0 / set, set);
        }

        pruner.ReasonToPrune(problem, curves, FrontRung.MostCompared + 500)!.ShouldContain($"is number {FrontRung.MostCompared} of {FrontRung.MostCompared}");
        pruner.ReasonToPrune(problem, curves, 1).ShouldBeNull();
    }

    [Fact]
    public void Places_go_by_fronts_and_equal_results_share_theirs()
    {
        double[][] losses = [[1, 5], [5, 1], [3, 3], [3.1, 3.1], [double.NaN, 0], [9, 9], [9, 9], [1, 5]];

        FrontPlaces.Of(losses).ShouldBe([0, 0, 3, 4, 7, 5, 5, 0]);
    }

    private static (IPruner Pruner, PruningProblem Problem, Curves Curves) Rules(string name, params (string Name, double Value)[] settings)
    {
        var map = settings.ToImmutableSortedDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);
        var problem = new PruningProblem(Objectives[0], new PrunerSpec(name, map)) { Objectives = Objectives };
        var pruner = PrunerCatalog.BuiltIn.Find(name);
        return (pruner, problem, new Curves(pruner, problem));
    }

    private static void Show(Curves curves, int set, double step, params ReadOnlySpan<double> values)
    {
        curves.Begin(set, set);
        curves.Add(set, step, values);
    }
}
