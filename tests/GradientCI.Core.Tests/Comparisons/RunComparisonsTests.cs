using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Comparisons;

public sealed class RunComparisonsTests
{
    private static readonly ExperimentSpec Spec = Some.Spec(new Objective("acc", Direction.Maximize));

    [Theory]
    [InlineData(0.9, 0.8, Verdict.Better)]
    [InlineData(0.8, 0.9, Verdict.Worse)]
    [InlineData(0.8, 0.8, Verdict.Unchanged)]
    public void Single_values_are_judged_by_direction(double value, double baseline, Verdict verdict)
    {
        var metric = Compare([value], [baseline]);

        metric.Verdict.ShouldBe(verdict);
        metric.PValue.ShouldBeNull();
        (metric.Count, metric.BaselineCount).ShouldBe((1, 1));
    }

    [Fact]
    public void Repeats_are_judged_by_their_noise()
    {
        Compare([0.934, 0.931, 0.938], [0.926, 0.924, 0.929]).ShouldSatisfyAllConditions(
            metric => metric.Verdict.ShouldBe(Verdict.Better),
            metric => metric.PValue!.Value.ShouldBe(0.0376, 1e-4),
            metric => metric.Difference!.Value.ShouldBe(0.008, 1e-9),
            metric => metric.Count.ShouldBe(3));
        Compare([0.926, 0.924, 0.929], [0.934, 0.931, 0.938]).Verdict.ShouldBe(Verdict.Worse);
        Compare([0.934, 0.931, 0.938], [0.93, 0.94, 0.925, 0.936]).Verdict.ShouldBe(Verdict.WithinNoise);
    }

    [Fact]
    public void Repeats_that_ignore_their_seed_are_judged_like_single_values()
    {
        var metric = Compare([0.9, 0.9, 0.9], [0.8, 0.8, 0.8]);

        metric.Verdict.ShouldBe(Verdict.Better);
        metric.PValue.ShouldBeNull();
        Compare([0.9, 0.9, 0.9], [0.9, 0.9, 0.9]).Verdict.ShouldBe(Verdict.Unchanged);
    }

    [Theory]
    [InlineData(double.NaN, 0.5, Verdict.Worse)]
    [InlineData(0.5, double.NaN, Verdict.Better)]
    [InlineData(double.NaN, double.NaN, Verdict.Unchanged)]
    [InlineData(double.NaN, double.PositiveInfinity, Verdict.Different)]
    public void What_is_not_finite_is_worse_than_anything_finite(double value, double baseline, Verdict verdict)
    {
        var spec = Some.Spec(null, new CheckSpec { Metric = "loss", AgainstBase = true, Better = Direction.Minimize });

        var comparison = RunComparisons.Compare(Some.Repeats(spec, "loss", value), Some.Repeats(spec, "loss", baseline));

        comparison.Metrics.ShouldHaveSingleItem().Verdict.ShouldBe(verdict);
    }

    [Fact]
    public void Objective_first_then_checks_then_names_and_nothing_of_the_machine()
    {
        var spec = Some.Spec(new Objective("acc", Direction.Maximize), new CheckSpec { Metric = "loss", Target = new Interval(null, false, 1, true, "<= 1") });
        var run = Some.Run(spec, Some.Trial(1, ("acc", [1]), ("loss", [1]), ("b", [1]), ("a", [1]), ("system/cpu_percent", [1])));
        var baseline = Some.Run(spec, Some.Trial(1, ("acc", [1]), ("gone", [1])));

        var metrics = RunComparisons.Compare(run, baseline).Metrics;

        metrics.Select(metric => metric.Metric).ShouldBe(["acc", "loss", "a", "b", "gone"]);
        metrics.Select(metric => metric.Better).ShouldBe([Direction.Maximize, Direction.Minimize, null, null, null]);
        metrics.Select(metric => metric.Verdict).ShouldBe([Verdict.Unchanged, Verdict.Unknown, Verdict.Unknown, Verdict.Unknown, Verdict.Unknown]);
    }

    [Fact]
    public void The_objective_keeps_its_own_aggregate_and_other_metrics_count_by_their_last_value()
    {
        var spec = Some.Spec(new Objective("acc", Direction.Maximize, ObjectiveAggregate.Best));
        var run = Some.Run(spec, Some.Trial(1, ("acc", [0.5, 0.9, 0.7]), ("loss", [3, 1, 2])));

        var metrics = RunComparisons.Compare(run, run).Metrics;

        metrics.Select(metric => metric.Value).ShouldBe([0.9, 2]);
    }

    [Fact]
    public void Parameters_of_the_best_sets_that_differ_are_listed()
    {
        var run = Some.Run(Spec, Some.Trial(1, ("acc", [1])).With(("lr", ParameterValue.Of(0.05)), ("same", ParameterValue.Of(1)), ("new", ParameterValue.Of(true))));
        var baseline = Some.Run(Spec, Some.Trial(1, ("acc", [1])).With(("same", ParameterValue.Of(1)), ("lr", ParameterValue.Of(0.01)), ("old", ParameterValue.Of("x"))));

        RunComparisons.Compare(run, baseline).Parameters.ShouldBe(
            [new ValueChange("lr", "0.01", "0.05"), new ValueChange("new", null, "true"), new ValueChange("old", "x", null)]);
    }

    [Fact]
    public void A_side_without_a_best_set_leaves_everything_unknown()
    {
        var failed = Some.Run(Spec, Some.Trial(1, ("acc", [1])).In(TrialState.Failed));

        var comparison = RunComparisons.Compare(failed, Some.Run(Spec, "acc", 0.9));

        comparison.Metrics.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Unknown);
        comparison.Parameters.ShouldBeEmpty();
        RunComparisons.Compare(failed, failed).Metrics.ShouldBeEmpty();
    }

    private static MetricComparison Compare(double[] values, double[] baseline) =>
        RunComparisons.Compare(Some.Repeats(Spec, "acc", values), Some.Repeats(Spec, "acc", baseline)).Metrics.ShouldHaveSingleItem();
}
