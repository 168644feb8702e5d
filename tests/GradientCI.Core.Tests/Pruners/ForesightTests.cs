using System.Collections.Immutable;
using GradientCI.Pruners;
using GradientCI.Samplers;
using GradientCI.Specs;
using GradientCI.Testing.Optimization;

namespace GradientCI.Core.Tests.Pruners;

/// <summary>A rung is believed as long as the order of sets there is found again.</summary>
public sealed class ForesightTests
{
    private const int Steps = 20;

    [Fact]
    public void A_rung_whose_order_is_reversed_at_the_end_ends_nobody()
    {
        var (told, misled) = (new Judging("asha"), new Judging("asha"));
        for (var trial = 1; trial <= 5; trial++)
        {
            told.Complete(trial, Curve(trial, atTheEnd: trial));
            misled.Complete(trial, Curve(trial, atTheEnd: -trial));
        }

        told.Show(6, 1, 9).ShouldNotBeNull();
        told.Curves.Foretells(6).ShouldBeTrue();
        misled.Show(6, 1, 9, 9, 9, 9).ShouldBeNull();
        misled.Curves.Foretells(6).ShouldBeFalse();
    }

    [Fact]
    public void A_rung_whose_order_is_reversed_at_the_next_one_ends_nobody()
    {
        var judging = new Judging("asha");
        for (var trial = 1; trial <= 5; trial++)
        {
            judging.Show(trial, 1, trial, 0, -trial);
        }

        judging.Show(6, 1, 9).ShouldBeNull("nobody ran to the end yet");
        judging.Show(6, 2, 9, 9).ShouldNotBeNull("against step 3 nothing is known");
    }

    [Fact]
    public void Four_trials_refute_nothing_and_neither_do_trials_that_are_alike()
    {
        var judging = new Judging("asha");
        for (var trial = 1; trial <= 4; trial++)
        {
            judging.Complete(trial, Curve(trial, atTheEnd: -trial));
        }

        judging.Show(9, 1, 9).ShouldNotBeNull();
        judging.Complete(5, Curve(4, atTheEnd: -4));
        judging.Show(10, 1, 9).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rung_is_believed_again_when_the_newest_bear_it_out_whichever_ended_last(bool isLastFirst)
    {
        var judging = new Judging("asha");
        foreach (var trial in isLastFirst ? Enumerable.Range(1, 20).Reverse() : Enumerable.Range(1, 20))
        {
            judging.Complete(trial, Curve(trial, atTheEnd: trial <= 8 ? -trial : trial));
        }

        judging.Show(21, 1, 90).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("median")]
    [InlineData("percentile")]
    [InlineData("hyperband")]
    public void No_pruner_that_compares_trials_believes_such_a_rung(string pruner)
    {
        var (told, misled) = (new Judging(pruner), new Judging(pruner));
        for (var trial = 1; trial <= 6; trial++)
        {
            told.Complete(trial, Curve(trial, atTheEnd: trial));
            misled.Complete(trial, Curve(trial, atTheEnd: -trial));
        }

        var others = Enumerable.Range(7, 10).ToList();
        others.Exists(trial => told.Show(trial, 1, 9) is not null).ShouldBeTrue();
        others.Exists(trial => misled.Show(trial, 1, 9) is not null).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_paused_goes_on_because_of_such_a_rung()
    {
        var judging = new Judging("asha");
        judging.Show(1, 1, 3);
        judging.Show(2, 1, 4).ShouldNotBeNull();
        judging.Curves.End(2, CurveEnd.Paused);
        foreach (var trial in Enumerable.Range(3, 7))
        {
            judging.Show(trial, 1, trial + 10);
        }

        judging.NextToResume().ShouldBe(2);
        foreach (var trial in Enumerable.Range(3, 7))
        {
            judging.Show(trial, 2, 0, -trial);
        }

        judging.NextToResume().ShouldBeNull();
    }

    [Fact]
    public void There_is_no_rung_in_the_last_stretch()
    {
        var judging = new Judging("asha");
        judging.Complete(1, [.. Enumerable.Repeat(0.1, 26)]);

        judging.Show(2, 9, 0.9).ShouldBeNull("a trial takes 26 steps, and 9 are more than a third");
        judging.Complete(3, [.. Enumerable.Repeat(0.1, 27)]);
        judging.Show(4, 9, 0.9).ShouldNotBeNull();
    }

    // The deterministic part of `bench pruner misled`. When every rung was believed, 21 and 32 ran to their end, with regrets of 0.04 and 0.18.
    [Theory]
    [InlineData("asha", 70)]
    [InlineData("median", 40)]
    public void Where_curves_mislead_most_sets_run_to_their_end(string pruner, int least)
    {
        var training = LearningCurve.Misleading.Single(each => each.Name == "hartmann3 terrible");

        var sweeps = Enumerable.Range(0, 3)
            .Select(seed => new PruningSimulation(training, SamplerCatalog.BuiltIn.Find("tpe"), new PrunerSpec(pruner, ImmutableSortedDictionary<string, double>.Empty), seed) { Budget = 10_000 }.Run())
            .ToList();

        sweeps.Average(sweep => sweep.Completed.Count).ShouldBeGreaterThan(least);
        sweeps.ShouldAllBe(sweep => sweep.Regret < 0.05);
    }

    // In order of the level until the last step.
    private static double[] Curve(double level, double atTheEnd) => [.. Enumerable.Repeat(level, Steps - 1), atTheEnd];
}
