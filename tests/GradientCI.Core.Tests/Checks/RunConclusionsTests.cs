using System.Collections.Immutable;
using GradientCI.Checks;
using GradientCI.Experiments;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Checks;

public sealed class RunConclusionsTests
{
    private static readonly CheckSpec Check = new() { Metric = "acc" };

    [Fact]
    public void A_run_whose_trials_succeeded_passes() =>
        Conclude(Some.Run(Some.Spec(), "acc", 1, 2)).ShouldBe([]);

    [Fact]
    public void Failed_trials_are_counted_and_named_by_kind()
    {
        var trials = Enumerable.Range(1, 7).Select(number => Some.Trial(number).In(
            number <= 4 ? TrialState.Failed : number == 5 ? TrialState.TimedOut : number == 6 ? TrialState.Lost : TrialState.Succeeded));

        Conclude(Some.Run(Some.Spec(), [.. trials])).ShouldBe(
        [
            "4 of 7 trials failed: digits#12.1, digits#12.2, digits#12.3 and 1 more.",
            "1 of 7 trials timed out: digits#12.5.",
            "1 of 7 trials got lost: digits#12.6.",
        ]);
    }

    [Theory]
    [InlineData(TrialState.Pruned)]
    [InlineData(TrialState.Cancelled)]
    public void Trials_that_were_ended_on_purpose_fail_nothing(TrialState state) =>
        Conclude(Some.Run(Some.Spec(), Some.Trial(1), Some.Trial(2).In(state))).ShouldBe([]);

    [Fact]
    public void A_cancelled_run_does_not_pass()
    {
        var run = Some.Run(Some.Spec(), "acc", 1);

        Conclude(run with { Run = run.Run with { State = RunState.Cancelled, Problem = "Ctrl-C." } }).ShouldBe(["The run was cancelled: Ctrl-C."]);
        Conclude(run with { Run = run.Run with { State = RunState.Errored } }).ShouldBe(["The environment failed."]);
    }

    [Fact]
    public void A_run_without_trials_does_not_pass() =>
        Conclude(Some.Run(Some.Spec())).ShouldBe(["No trial was run."]);

    [Theory]
    [InlineData(CheckStatus.Failed, true, false)]
    [InlineData(CheckStatus.Failed, false, true)]
    [InlineData(CheckStatus.Skipped, true, true)]
    [InlineData(CheckStatus.Passed, true, true)]
    public void Only_a_required_check_that_failed_fails_the_run(CheckStatus status, bool isRequired, bool passed)
    {
        var check = new CheckResult(Check with { Required = isRequired }, status, 0.5, null, "0.5 < 0.9");

        var conclusion = RunConclusions.Conclude(Some.Run(Some.Spec(), "acc", 1), [check]);

        conclusion.Passed.ShouldBe(passed);
        conclusion.Reasons.ShouldBe(passed ? [] : ["The check acc did not pass: 0.5 < 0.9."]);
    }

    private static ImmutableArray<string> Conclude(RunSnapshot run)
    {
        var conclusion = RunConclusions.Conclude(run, []);
        conclusion.Passed.ShouldBe(conclusion.Reasons.IsEmpty);
        return conclusion.Reasons;
    }
}
