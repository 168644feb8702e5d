using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Comparisons;

public sealed class SeveralObjectivesTests
{
    private static readonly Objective Accuracy = new("acc", Direction.Maximize);
    private static readonly Objective Latency = new("ms", Direction.Minimize);
    private static readonly ExperimentSpec Two = Some.Spec() with { Objectives = [Accuracy, Latency] };

    [Fact]
    public void Sets_go_by_their_front_and_within_it_by_the_first_objective()
    {
        var ranking = Rankings.Rank(Run(Two, (0.7, 10), (0.9, 30), (0.6, 12), (0.8, 35), (0.5, 50)));

        ranking.Sets.Select(set => (set.Number, set.Front)).ShouldBe([(2, 1), (1, 1), (4, 2), (3, 2), (5, 3)]);
        ranking.Front.Select(set => set.Number).ShouldBe([2, 1]);
    }

    [Fact]
    public void The_best_is_that_of_the_first_objective_and_of_equal_ones_that_of_the_next()
    {
        Rankings.Rank(Run(Two, (0.9, 30), (0.9, 20), (0.1, 1))).Best!.Number.ShouldBe(2);
        Rankings.Rank(Run(Two with { Objectives = [Latency, Accuracy] }, (0.9, 30), (0.9, 20), (0.1, 1))).Best!.Number.ShouldBe(3);
    }

    [Fact]
    public void A_set_that_lacks_a_finite_value_is_in_no_front_and_stands_last()
    {
        var ranking = Rankings.Rank(Some.Run(
            Two, Some.Trial(1, ("acc", [0.99])), Some.Trial(2, ("acc", [0.98]), ("ms", [double.NaN])), Some.Trial(3, ("acc", [0.1]), ("ms", [5]))));

        ranking.Sets.Select(set => (set.Number, set.Front)).ShouldBe([(3, 1), (1, null), (2, null)]);
        ranking.Best!.Number.ShouldBe(3);
        Rankings.Rank(Some.Run(Two, Some.Trial(1, ("acc", [0.99])))).Best.ShouldBeNull();
    }

    [Fact]
    public void A_set_that_breaks_a_constraint_is_in_no_front_and_hides_none()
    {
        var spec = Two with { Constraints = [new ConstraintSpec("ms", new Interval(null, false, 20, true, "<= 20"))] };

        var ranking = Rankings.Rank(Run(spec, (0.99, 21), (0.9, 15), (0.8, 16)));

        ranking.Sets.Select(set => (set.Number, set.Front)).ShouldBe([(2, 1), (3, 2), (1, null)]);
    }

    [Fact]
    public void With_one_objective_there_is_no_front()
    {
        var ranking = Rankings.Rank(Run(Some.Spec(Accuracy), (0.7, 10), (0.9, 30)));

        ranking.Front.ShouldBeEmpty();
        ranking.Sets.ShouldAllBe(set => set.Front == null);
    }

    [Fact]
    public void Fronts_are_compared_before_the_same_point_by_the_objectives_and_constraints_of_the_run()
    {
        var run = Run(Two, (0.9, 20), (0.8, 10));
        var baseline = Run(Some.Spec(Accuracy), (0.8, 20), (0.7, 10), (0.75, 30));

        var front = RunComparisons.Compare(run, baseline).Front.ShouldNotBeNull();

        // In parts of the ranges 0.7 to 0.9 and 10 to 20 ms the box is 1.1 × 1.1.
        front.Value.ShouldBe(((0.1 * 1.1) + (1 * 0.1) + (0.5 * 1)) / 1.21, 1e-9);
        front.Baseline.ShouldBe(((0.6 * 0.1) + (0.1 * 1)) / 1.21, 1e-9);
        front.Reference.Select(bound => Math.Round(bound, 9)).ShouldBe([0.68, 21]);
        (front.Count, front.BaselineCount, front.Verdict).ShouldBe((2, 2, Verdict.Better));
    }

    [Fact]
    public void Equal_fronts_are_unchanged_and_an_empty_one_is_not_compared()
    {
        var run = Run(Two, (0.9, 20));

        RunComparisons.Compare(run, run).Front!.Verdict.ShouldBe(Verdict.Unchanged);
        RunComparisons.Compare(run, Some.Run(Two, Some.Trial(1, ("acc", [0.9])))).Front.ShouldBeNull();
        RunComparisons.Compare(Run(Some.Spec(Accuracy), (0.9, 20)), run).Front.ShouldBeNull();
    }

    private static RunSnapshot Run(ExperimentSpec spec, params (double Accuracy, double Latency)[] sets) =>
        Some.Run(spec, [.. sets.Select((set, at) => Some.Trial(at + 1, ("acc", [set.Accuracy]), ("ms", [set.Latency])))]);
}
