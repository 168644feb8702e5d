using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Comparisons;

public sealed class RankingsTests
{
    private static readonly Objective Accuracy = new("acc", Direction.Maximize);
    private static readonly Objective Loss = new("loss", Direction.Minimize);

    [Fact]
    public void The_best_comes_first_and_ties_go_by_number()
    {
        Numbers(Some.Run(Some.Spec(Accuracy), "acc", 0.5, 0.9, 0.7, 0.9)).ShouldBe([2, 4, 3, 1]);
        Numbers(Some.Run(Some.Spec(Loss), "loss", 0.5, 0.9, 0.7, 0.5)).ShouldBe([1, 4, 3, 2]);
    }

    [Fact]
    public void What_is_not_finite_never_wins()
    {
        var run = Some.Run(Some.Spec(Accuracy), "acc", double.NaN, double.PositiveInfinity, 0.1);

        Numbers(run).ShouldBe([3, 1, 2]);
        Rankings.Rank(run).Best!.Number.ShouldBe(3);
        Rankings.Rank(Some.Run(Some.Spec(Accuracy), "acc", double.NaN)).Best.ShouldBeNull();
    }

    [Fact]
    public void Sets_are_ranked_by_the_mean_over_their_succeeded_repeats()
    {
        var run = Some.Run(
            Some.Spec(Accuracy),
            Some.Trial(1, ("acc", [0.9])).InSet(1, 1),
            Some.Trial(2, ("acc", [0.5])).InSet(1, 2),
            Some.Trial(3, ("acc", [0.8])).InSet(2, 1),
            Some.Trial(4, ("acc", [0.0])).InSet(2, 2).In(TrialState.Failed));

        var best = Rankings.Rank(run).Best.ShouldNotBeNull();

        best.Number.ShouldBe(2);
        best.Values.ShouldBe([0.8]);
        best.Trials.Length.ShouldBe(2);
        best.HalfWidth.ShouldBeNull();
    }

    [Fact]
    public void The_best_repeat_stands_for_its_set()
    {
        var set = Rankings.Rank(Some.Repeats(Some.Spec(Accuracy), "acc", 0.7, double.NaN, 0.9, 0.8)).Sets.ShouldHaveSingleItem();

        set.Representative.Trial.Id.Number.ShouldBe(3);
        set.Mean.ShouldBe(double.NaN);
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Pruned)]
    [InlineData(TrialState.Cancelled)]
    [InlineData(TrialState.Running)]
    [InlineData(TrialState.TimedOut)]
    [InlineData(TrialState.Lost)]
    public void Only_succeeded_trials_give_values(TrialState state)
    {
        var run = Some.Run(Some.Spec(Accuracy), Some.Trial(1, ("acc", [0.9])).In(state), Some.Trial(2, ("acc", [0.1])));

        Rankings.Rank(run).Best!.Number.ShouldBe(2);
        Rankings.Rank(run).Sets[1].Mean.ShouldBeNull();
        Rankings.Rank(run).Sets[1].Representative.Trial.Id.Number.ShouldBe(1);
    }

    [Theory]
    [InlineData(ObjectiveAggregate.Last, 3.0)]
    [InlineData(ObjectiveAggregate.Best, 9.0)]
    [InlineData(ObjectiveAggregate.MeanOfLastFive, 5.0)]
    public void The_objective_says_which_point_counts(ObjectiveAggregate aggregate, double expected)
    {
        var run = Some.Run(Some.Spec(Accuracy with { Aggregate = aggregate }), Some.Trial(1, ("acc", [0, 9, 4, 4, 5, 3])));

        Rankings.Rank(run).Best!.Mean.ShouldBe(expected);
    }

    [Fact]
    public void A_set_that_breaks_a_constraint_is_shown_and_never_best()
    {
        var spec = Some.Spec(Accuracy) with { Constraints = [new("latency", new Interval(null, false, 20, true, "<= 20"))] };
        var run = Some.Run(
            spec,
            Some.Trial(1, ("acc", [0.9]), ("latency", [23.123456])),
            Some.Trial(2, ("acc", [0.8]), ("latency", [20])),
            Some.Trial(3, ("acc", [0.95])),
            Some.Trial(4).In(TrialState.Failed));

        var ranking = Rankings.Rank(run);

        ranking.Best!.Number.ShouldBe(2);
        ranking.Sets.Select(set => set.Number).ShouldBe([2, 3, 1, 4]);
        ranking.Sets.Select(set => string.Join("; ", set.Broken)).ShouldBe(["", "latency is missing (needs <= 20)", "latency is 23.12 (needs <= 20)", ""]);
    }

    [Fact]
    public void Without_an_objective_a_single_set_is_best_once_a_trial_of_it_succeeded()
    {
        var spec = Some.Spec();

        Rankings.Rank(Some.Repeats(spec, "acc", 0.5, 0.9)).Best!.Representative.Trial.Id.Number.ShouldBe(1);
        Rankings.Rank(Some.Run(spec, Some.Trial(1).In(TrialState.Failed))).Best.ShouldBeNull();
        Rankings.Rank(Some.Run(spec, "acc", 0.5, 0.9)).Best.ShouldBeNull();
        Numbers(Some.Run(spec, "acc", 0.5, 0.9)).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_run_without_trials_has_no_ranking() =>
        Rankings.Rank(Some.Run(Some.Spec(Accuracy))).ShouldSatisfyAllConditions(ranking => ranking.Sets.ShouldBeEmpty(), ranking => ranking.Best.ShouldBeNull());

    private static IEnumerable<int> Numbers(RunSnapshot run) => Rankings.Rank(run).Sets.Select(set => set.Number);
}
