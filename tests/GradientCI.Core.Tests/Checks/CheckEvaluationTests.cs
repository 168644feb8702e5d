using GradientCI.Checks;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Checks;

public sealed class CheckEvaluationTests
{
    private static readonly Objective Accuracy = new("acc", Direction.Maximize);
    private static readonly CheckSpec AtLeast = new() { Metric = "acc", Target = new Interval(0.92, true, null, false, ">= 0.92") };
    private static readonly CheckSpec NotWorse = new() { Metric = "acc", AgainstBase = true, Tolerance = new Tolerance(0.05, IsRelative: true) };

    [Theory]
    [InlineData(0.934, CheckStatus.Passed, "0.934 ≥ 0.92")]
    [InlineData(0.92, CheckStatus.Passed, "0.92 ≥ 0.92")]
    [InlineData(0.881, CheckStatus.Failed, "0.881 < 0.92 (needs >= 0.92)")]
    [InlineData(0.9199999, CheckStatus.Failed, "0.9199999 < 0.92 (needs >= 0.92)")]
    [InlineData(double.NaN, CheckStatus.Failed, "NaN (needs >= 0.92)")]
    [InlineData(double.PositiveInfinity, CheckStatus.Failed, "Infinity (needs >= 0.92)")]
    public void A_target_is_reached_or_not(double value, CheckStatus status, string text)
    {
        // Without an objective, so that a NaN is the best there is.
        var result = Evaluate(AtLeast, Some.Repeats(Some.Spec(), "acc", value));

        (result.Status, result.Text).ShouldBe((status, text));
        result.Value.ShouldBe(value);
    }

    public static TheoryData<Interval, double, string> Texts => new()
    {
        { new Interval(0.5, false, null, false, "> 0.5"), 0.6, "0.6 > 0.5" },
        { new Interval(0.5, false, null, false, "> 0.5"), 0.5, "0.5 ≤ 0.5 (needs > 0.5)" },
        { new Interval(null, false, 0.4, true, "..0.40"), 0.3, "0.3 ≤ 0.4" },
        { new Interval(null, false, 0.4, true, "..0.40"), 0.5, "0.5 > 0.4 (needs ..0.40)" },
        { new Interval(null, false, 0.4, false, "< 0.4"), 0.4, "0.4 ≥ 0.4 (needs < 0.4)" },
        { new Interval(0.1, true, 0.4, true, "0.1..0.4"), 0.2, "0.2 inside 0.1..0.4" },
        { new Interval(0.1, true, 0.4, true, "0.1..0.4"), 0.7, "0.7 outside 0.1..0.4 (needs 0.1..0.4)" },
        { new Interval(5, true, 5, true, "== 5"), 5, "5 = 5" },
        { new Interval(5, true, 5, true, "== 5"), 5.0000001, "5.0000001 ≠ 5 (needs == 5)" },
    };

    [Theory, MemberData(nameof(Texts))]
    public void Every_form_of_a_target_has_its_words(Interval target, double value, string text) =>
        Evaluate(new CheckSpec { Metric = "m", Target = target }, Some.Repeats(Some.Spec(), "m", value)).Text.ShouldBe(text);

    [Theory]
    [InlineData(CheckAggregate.Last, 3)]
    [InlineData(CheckAggregate.Min, 1)]
    [InlineData(CheckAggregate.Max, 8)]
    [InlineData(CheckAggregate.Mean, 4)]
    [InlineData(CheckAggregate.Median, 3.5)]
    [InlineData(CheckAggregate.Std, 2.943920288775949)]
    public void The_aggregate_reduces_the_points_of_a_trial(CheckAggregate aggregate, double expected)
    {
        var run = Some.Run(Some.Spec(), Some.Trial(1, ("acc", [4, 1, 8, 3])));

        Evaluate(AtLeast with { Aggregate = aggregate }, run).Value!.Value.ShouldBe(expected, 1e-12);
    }

    [Fact]
    public void One_point_has_no_standard_deviation_and_fails()
    {
        var result = Evaluate(AtLeast with { Aggregate = CheckAggregate.Std }, Some.Repeats(Some.Spec(), "acc", 1));

        (result.Status, result.Text).ShouldBe((CheckStatus.Failed, "NaN (needs >= 0.92)"));
    }

    [Theory]
    [InlineData(CheckScope.Best, 0.95, CheckStatus.Passed, "0.95 ≥ 0.92")]
    [InlineData(CheckScope.All, 0.5, CheckStatus.Failed, "0.5 < 0.92 (needs >= 0.92), the worst of 3 trials")]
    [InlineData(CheckScope.Mean, 0.8, CheckStatus.Failed, "0.8 < 0.92 (needs >= 0.92), the mean of 3 trials")]
    [InlineData(CheckScope.Median, 0.95, CheckStatus.Passed, "0.95 ≥ 0.92, the median of 3 trials")]
    public void The_scope_reduces_the_trials(CheckScope scope, double value, CheckStatus status, string text)
    {
        var result = Evaluate(AtLeast with { Over = scope }, Some.Run(Some.Spec(Accuracy), "acc", 0.5, 0.95, 0.95));

        result.Value!.Value.ShouldBe(value, 1e-12);
        (result.Status, result.Text).ShouldBe((status, text));
    }

    [Fact]
    public void The_best_set_counts_by_the_mean_of_its_succeeded_repeats()
    {
        var run = Some.Run(
            Some.Spec(Accuracy),
            Some.Trial(1, ("acc", [0.9])).InSet(1, 1),
            Some.Trial(2, ("acc", [0.96])).InSet(1, 2),
            Some.Trial(3, ("acc", [0.1])).InSet(1, 3).In(TrialState.Failed));

        Evaluate(AtLeast, run).Text.ShouldBe("0.93 ≥ 0.92, the mean of 2 repeats");
    }

    [Fact]
    public void Every_trial_of_all_must_give_a_value()
    {
        var run = Some.Run(
            Some.Spec(Accuracy), Some.Trial(1, ("acc", [0.95])), Some.Trial(2, ("acc", [0.95])).In(TrialState.Failed), Some.Trial(3));

        var result = Evaluate(AtLeast with { Over = CheckScope.All }, run);

        (result.Status, result.Text).ShouldBe((CheckStatus.Failed, "2 of 3 trials gave no value"));
        Evaluate(AtLeast with { Over = CheckScope.All, PassIfMissing = true }, run).Text.ShouldBe("0.95 ≥ 0.92, 2 of 3 trials gave no value");
        Evaluate(AtLeast with { Over = CheckScope.Mean }, run).Text.ShouldBe("0.95 ≥ 0.92, 2 of 3 trials gave no value");
    }

    [Fact]
    public void Trials_that_were_ended_on_purpose_do_not_count()
    {
        var run = Some.Run(
            Some.Spec(Accuracy), Some.Trial(1, ("acc", [0.95])), Some.Trial(2, ("acc", [0.1])).In(TrialState.Pruned), Some.Trial(3).In(TrialState.Cancelled));

        Evaluate(AtLeast with { Over = CheckScope.All }, run).Text.ShouldBe("0.95 ≥ 0.92");
    }

    [Fact]
    public void A_missing_metric_fails_unless_it_may()
    {
        var run = Some.Run(Some.Spec(Accuracy), "acc", 0.9);
        var check = AtLeast with { Metric = "other" };

        var failed = Evaluate(check, run);
        var passed = Evaluate(check with { PassIfMissing = true }, run);

        (failed.Status, failed.Text, failed.Value).ShouldBe((CheckStatus.Failed, "missing in digits#12.1", null));
        (passed.Status, passed.Text).ShouldBe((CheckStatus.Passed, "missing in digits#12.1, which is allowed"));
    }

    [Fact]
    public void Without_a_best_trial_there_is_no_value()
    {
        Evaluate(AtLeast, Some.Run(Some.Spec(Accuracy), "acc", double.NaN)).Text.ShouldBe("no best trial: none gave a finite acc within the constraints");
        Evaluate(AtLeast, Some.Run(Some.Spec(), "acc", 1, 2)).Text.ShouldBe("no best trial: there is no objective, or none succeeded");
    }

    [Theory]
    [InlineData(0.934, 0.926, CheckStatus.Passed, "0.934, base 0.926, +0.86 %, allowed −5 %")]
    [InlineData(0.871, 0.926, CheckStatus.Failed, "0.871, base 0.926, −5.9 %, allowed −5 %")]
    [InlineData(0.95, 1, CheckStatus.Passed, "0.95, base 1, −5 %, allowed −5 %")]
    [InlineData(-1.05, -1, CheckStatus.Passed, "-1.05, base -1, −5 %, allowed −5 %")]
    [InlineData(-1.06, -1, CheckStatus.Failed, "-1.06, base -1, −6 %, allowed −5 %")]
    [InlineData(0.1, 0, CheckStatus.Passed, "0.1, base 0, +0.1, allowed −5 %")]
    [InlineData(double.NaN, 0.9, CheckStatus.Failed, "NaN, base 0.9, NaN %, allowed −5 %")]
    public void A_value_is_held_against_the_baseline(double value, double baseline, CheckStatus status, string text)
    {
        var result = Evaluate(NotWorse, Some.Repeats(Some.Spec(), "acc", value), Some.Repeats(Some.Spec(), "acc", baseline));

        (result.Status, result.Text, result.Value, result.Baseline).ShouldBe((status, text, value, baseline));
    }

    [Theory]
    [InlineData(0.3, 0.4, 0.1, Direction.Maximize, CheckStatus.Passed, "0.3, base 0.4, −0.1, allowed −0.1")]
    [InlineData(0.29, 0.4, 0.1, Direction.Maximize, CheckStatus.Failed, "0.29, base 0.4, −0.11, allowed −0.1")]
    [InlineData(0.5, 0.4, 0.1, Direction.Minimize, CheckStatus.Passed, "0.5, base 0.4, +0.1, allowed +0.1")]
    [InlineData(0.51, 0.4, 0.1, Direction.Minimize, CheckStatus.Failed, "0.51, base 0.4, +0.11, allowed +0.1")]
    [InlineData(0.39, 0.4, 0, Direction.Maximize, CheckStatus.Failed, "0.39, base 0.4, −2.5 %, allowed nothing worse")]
    [InlineData(0.4, 0.4, 0, Direction.Maximize, CheckStatus.Passed, "0.4, base 0.4, 0 %, allowed nothing worse")]
    public void The_limit_itself_is_allowed(double value, double baseline, double tolerance, Direction better, CheckStatus status, string text)
    {
        var check = NotWorse with { Tolerance = new Tolerance(tolerance, IsRelative: false), Better = better };

        var result = Evaluate(check, Some.Repeats(Some.Spec(), "acc", value), Some.Repeats(Some.Spec(), "acc", baseline));

        (result.Status, result.Text).ShouldBe((status, text));
    }

    [Fact]
    public void The_worst_trial_is_held_against_the_worst_of_the_baseline()
    {
        var check = NotWorse with { Over = CheckScope.All, Tolerance = Tolerance.None };

        var result = Evaluate(check, Some.Run(Some.Spec(), "acc", 0.6, 0.9), Some.Run(Some.Spec(), "acc", 0.5, 0.95));

        (result.Status, result.Value, result.Baseline).ShouldBe((CheckStatus.Passed, 0.6, 0.5));
    }

    [Fact]
    public void Without_a_baseline_a_check_is_skipped_with_the_reason()
    {
        var run = Some.Repeats(Some.Spec(), "acc", 0.9);
        var explained = run with { Run = run.Run with { BaselineNote = "the parent a1b2c3 was never run." } };

        var result = Evaluate(NotWorse, explained);

        (result.Status, result.Text, result.Value).ShouldBe((CheckStatus.Skipped, "no baseline: the parent a1b2c3 was never run", 0.9));
        Evaluate(NotWorse, run).Text.ShouldBe("no baseline to compare with");
    }

    [Theory]
    [InlineData("other", 0.9)]
    [InlineData("acc", double.NaN)]
    public void A_baseline_without_a_value_skips_the_check(string metric, double value)
    {
        var result = Evaluate(NotWorse, Some.Repeats(Some.Spec(), "acc", 0.9), Some.Repeats(Some.Spec(), metric, value));

        (result.Status, result.Text).ShouldBe((CheckStatus.Skipped, "the baseline digits#12 has no value"));
    }

    [Fact]
    public void A_missing_metric_fails_even_without_a_baseline() =>
        Evaluate(NotWorse with { Metric = "gone" }, Some.Repeats(Some.Spec(), "acc", 0.9)).Status.ShouldBe(CheckStatus.Failed);

    [Fact]
    public void A_check_for_pull_requests_is_skipped_elsewhere()
    {
        var run = Some.Repeats(Some.Spec(null, AtLeast with { OnlyPullRequest = true }), "acc", 0.9);

        CheckEvaluation.Evaluate(run, null)[0].ShouldSatisfyAllConditions(
            check => check.Status.ShouldBe(CheckStatus.Skipped),
            check => check.Text.ShouldBe("for pull requests only"));
        CheckEvaluation.Evaluate(run with { IsPullRequest = true }, null)[0].Status.ShouldBe(CheckStatus.Failed);
    }

    [Fact]
    public void Texts_are_one_line_of_at_most_140_characters()
    {
        var run = Some.Repeats(Some.Spec(), "acc", 0.9);
        var hostile = run with { Run = run.Run with { BaselineNote = "a\nb\u001b[31m" + string.Concat(Enumerable.Repeat("😀", 200)) } };

        var text = Evaluate(NotWorse, hostile).Text;

        text.Length.ShouldBeInRange(138, 140);
        text.ShouldStartWith("no baseline: a b [31m😀");
        text.ShouldEndWith("😀…");
    }

    private static CheckResult Evaluate(CheckSpec check, RunSnapshot run, RunSnapshot? baseline = null) =>
        CheckEvaluation.Evaluate(run with { Run = run.Run with { Spec = run.Run.Spec with { Checks = [check] } } }, baseline).ShouldHaveSingleItem();
}
