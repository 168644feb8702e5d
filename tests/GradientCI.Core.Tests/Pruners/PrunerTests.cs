using GradientCI.Metrics;
using GradientCI.Pruners;
using GradientCI.Pruners.Hyperband;
using GradientCI.Pruners.Percentile;
using GradientCI.Samplers;
using GradientCI.Specs;
using GradientCI.Testing.Optimization;
using System.Collections.Immutable;

namespace GradientCI.Core.Tests.Pruners;

public sealed class PrunerTests
{
    [Fact]
    public void The_catalog_names_its_pruners_and_suggests_them()
    {
        PrunerCatalog.BuiltIn.Names.ShouldBe(["asha", "hyperband", "median", "patience", "percentile"]);

        Should.Throw<GradientException>(() => PrunerCatalog.BuiltIn.Find("halving")).Remedy.ShouldBe("Choose one of: none, asha, hyperband, median, patience, percentile.");
    }

    [Fact]
    public void Asha_says_which_place_a_trial_has_and_how_many_go_on()
    {
        var judging = new Judging("asha");
        for (var trial = 1; trial <= 6; trial++)
        {
            judging.Show(trial, 1, trial * 0.1);
        }

        judging.Show(7, 1, 0.41).ShouldBe("Pruned at step 1: 0.41 is number 5 of 7, and the best 2 go on.");
        judging.Show(8, 1, 0.15, 0.1, 0.1, 0.1).ShouldBeNull();
        judging.Show(9, 1, double.NaN).ShouldBe("Pruned at step 1: loss, which is not finite or breaks a constraint, is number 9 of 9, and the best 3 go on.");
    }

    [Fact]
    public void Asha_counts_a_trial_that_passes_a_rung_between_two_points_with_the_first_point_behind_it()
    {
        var judging = new Judging("asha", null, ("min-step", 10), ("reduction", 2));
        judging.Show(1, 11, 0.1);
        judging.Show(2, 40, 0.2);

        judging.Show(3, 5, 0.9).ShouldBeNull("the first rung is at 10");
        judging.Show(3, 12, 0.3).ShouldBe("Pruned at step 10: 0.3 is number 3 of 3, and only the best goes on.");
    }

    [Fact]
    public void More_is_better_where_the_objective_says_so()
    {
        var judging = new Judging("asha", new Objective("acc", Direction.Maximize));
        judging.Show(1, 1, 0.9);

        judging.Show(2, 1, 0.8).ShouldBe("Pruned at step 1: 0.8 is number 2 of 2, and only the best goes on.");
        judging.Show(3, 1, 0.95).ShouldBeNull();
    }

    [Fact]
    public void The_median_is_that_of_completed_trials_at_the_same_step()
    {
        var judging = new Judging("median");
        for (var trial = 1; trial <= 5; trial++)
        {
            judging.Complete(trial, 1, trial * 0.1);
        }

        judging.Show(6, 1, 0.9, 0.29).ShouldBeNull("its best so far is what counts");
        judging.Show(7, 1, 0.9, 0.41).ShouldBe("Pruned at step 2: 0.41 is worse than the median 0.3 of 5 trials.");
        judging.Show(8, 1, 1.5).ShouldBe("Pruned at step 1: 1.5 is worse than the median 1 of 5 trials.");
    }

    [Fact]
    public void Nothing_is_judged_before_enough_trials_have_completed_or_below_the_first_step()
    {
        var judging = new Judging("median", null, ("startup-trials", 2), ("min-step", 3));
        judging.Complete(1, 0.1, 0.1, 0.1, 0.1);

        judging.Show(2, 1, 0.9, 0.9, 0.9).ShouldBeNull();
        judging.Complete(3, 0.2, 0.2, 0.2, 0.2);
        judging.Show(4, 1, 0.9, 0.9).ShouldBeNull();
        judging.Show(4, 3, 0.9).ShouldNotBeNull();
    }

    [Fact]
    public void A_percentile_is_stricter_the_smaller_it_is()
    {
        var judging = new Judging("percentile", null, ("percentile", 25));
        for (var trial = 1; trial <= 5; trial++)
        {
            judging.Complete(trial, trial);
        }

        judging.Show(6, 1, 2).ShouldBeNull();
        judging.Show(7, 1, 2.5).ShouldBe("Pruned at step 1: 2.5 is worse than the best 25 % begin at 2 of 5 trials.");
    }

    [Fact]
    public void Patience_ends_after_so_many_points_without_a_better_one()
    {
        var judging = new Judging("patience", null, ("patience", 3), ("min-delta", 0.1));

        judging.Show(1, 1, 1, 0.95, 0.85, 0.84, 0.83).ShouldBeNull("0.85 is better than 1 by more than 0.1");
        judging.Show(1, 6, 0.82).ShouldBe("Pruned at step 6: no better than 0.82 for 3 points.");
    }

    [Fact]
    public void Hyperband_prunes_nothing_before_it_knows_how_far_a_trial_goes()
    {
        var judging = new Judging("hyperband");
        for (var trial = 1; trial <= 20; trial++)
        {
            judging.Show(trial, 1, trial).ShouldBeNull();
        }

        judging.Complete(1, [.. Enumerable.Repeat(1.0, 81)]);

        var pruned = Enumerable.Range(21, 100).Where(trial => judging.Show(trial, 1, trial) is not null).ToList();
        pruned.Count.ShouldBeInRange(40, 70, "brackets that begin at a later rung let them pass");
    }

    [Fact]
    public void Brackets_get_sets_in_proportion()
    {
        var brackets = Brackets.Between(1, 81, 3)!;

        brackets.Count.ShouldBe(5);
        var sizes = Enumerable.Range(1, 1_430).CountBy(brackets.Of).OrderBy(bracket => bracket.Key).Select(bracket => bracket.Value).ToArray();
        int[] shares = [81, 34, 15, 8, 5];
        sizes.Zip(shares).ShouldAllBe(pair => Math.Abs(pair.First - (pair.Second * 10)) <= 3);
    }

    [Fact]
    public void A_paused_trial_goes_on_once_it_is_among_the_best_the_furthest_first()
    {
        var judging = new Judging("asha");
        judging.Show(1, 1, 0.1, 0.1, 0.1).ShouldBeNull();
        judging.Show(2, 1, 0.05, 0.3, 0.3).ShouldNotBeNull();
        judging.Curves.End(2, CurveEnd.Paused);
        judging.Show(3, 1, 0.5).ShouldNotBeNull();
        judging.Curves.End(3, CurveEnd.Paused);
        judging.Show(4, 1, 0.2).ShouldNotBeNull();
        judging.Curves.End(4, CurveEnd.Pruned);
        judging.NextToResume().ShouldBeNull();

        judging.Show(5, 1, 0.6);
        judging.Show(6, 1, 0.7);
        judging.Curves.End(5, CurveEnd.Paused);
        judging.NextToResume().ShouldBeNull("two of six go on from step 1, and they have");
        foreach (var trial in Enumerable.Range(7, 6))
        {
            judging.Show(trial, 1, 0.9);
        }

        judging.NextToResume().ShouldBe(3, "four of twelve go on, and the one at 0.2 left nothing to go on from");
        judging.Curves.Begin(3, 3);
        judging.NextToResume().ShouldBeNull();
        judging.Show(7, 3, 0.4).ShouldNotBeNull();
        judging.Show(8, 3, 0.4);
        judging.Show(9, 3, 0.4);
        judging.Show(10, 3, 0.4);
        judging.NextToResume().ShouldBe(2, "two of six go on from step 3");
    }

    [Fact]
    public void Hyperband_pauses_too()
    {
        var judging = new Judging("hyperband", null, ("max-step", 9));
        for (var trial = 1; trial <= 60; trial++)
        {
            if (judging.Show(trial, 1, trial) is not null)
            {
                judging.Curves.End(trial, CurveEnd.Paused);
            }
        }

        judging.NextToResume().ShouldNotBeNull().ShouldBeInRange(2, 4, "in the first bracket about ten go on, and only the first came as one of them");
    }

    [Fact]
    public void A_set_is_judged_by_the_mean_of_its_repeats()
    {
        var judging = new Judging("asha");
        judging.Show(1, 1, 0.3);
        judging.Curves.Begin(11, 5);
        judging.Curves.Begin(12, 5);
        judging.Curves.Begin(13, 5);

        judging.Curves.Add(11, 1, 0.2);
        judging.Reason(11).ShouldBeNull();
        judging.Curves.Add(12, 1, 0.5);
        judging.Reason(12).ShouldBe("Pruned at step 1: 0.35 is number 2 of 2, and only the best goes on.");

        judging.Curves.End(12, CurveEnd.Pruned);
        judging.Curves.HasPrunedSibling(13).ShouldBeTrue();
        judging.Curves.HasPrunedSibling(12).ShouldBeFalse();
    }

    [Fact]
    public void A_trial_that_breaks_a_constraint_is_not_protected_by_its_objective()
    {
        var judging = new Judging("asha");
        judging.Show(1, 1, 0.9);
        judging.Curves.Begin(2, 2);

        judging.Curves.Add(2, 1, 0.1, isInfeasible: true);

        judging.Reason(2).ShouldNotBeNull();
    }

    [Fact]
    public void What_a_trial_showed_before_it_started_afresh_does_not_count()
    {
        var judging = new Judging("asha");
        judging.Show(1, 1, 0.1);
        judging.Show(2, 1, 0.2).ShouldNotBeNull();

        judging.Curves.Forget(1);

        judging.Reason(2).ShouldBeNull();
        judging.Curves.PointsOf(1).ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0.5)]
    [InlineData(1, 1)]
    [InlineData(99.5, 99)]
    [InlineData(100, 100)]
    [InlineData(119, 110)]
    [InlineData(12_345, 12_000)]
    [InlineData(-1, double.NaN)]
    [InlineData(double.PositiveInfinity, double.NaN)]
    public void Steps_are_compared_at_two_digits(double step, double rung) => new DecimalLadder(0).RungAt(step).ShouldBe(rung);

    // The deterministic part of `bench pruner`; the rest of its figures is in bench/README.md.
    [Fact]
    public void Asha_keeps_the_best_of_a_hundred_at_a_tenth_of_the_epochs()
    {
        var sweeps = Enumerable.Range(0, 5)
            .Select(seed => new PruningSimulation(LearningCurve.Crossing, SamplerCatalog.BuiltIn.Find("random"), new PrunerSpec("asha", ImmutableSortedDictionary<string, double>.Empty), seed) { Trials = 100 }.Run())
            .ToList();

        sweeps.Count(sweep => sweep.Completed.Contains(sweep.Best)).ShouldBe(5);
        sweeps.Average(sweep => sweep.Epochs).ShouldBeLessThan(810);
    }
}
