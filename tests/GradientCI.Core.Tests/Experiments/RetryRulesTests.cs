using GradientCI.Experiments;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Experiments;

public sealed class RetryRulesTests
{
    private static readonly RetrySpec Everything = new()
    {
        Max = 2, OnLost = true, OnOutOfMemory = true, OnFailure = true, OnTimeout = true, OnExitCodes = [75],
    };

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Max_counts_the_attempts_after_the_first(int attempts, bool retried) =>
        RetryRules.ShouldRetry(Everything, AttemptOutcome.Failed, 1, attempts).ShouldBe(retried);

    [Fact]
    public void Nothing_is_retried_unless_the_manifest_says_how_often() =>
        Enum.GetValues<AttemptOutcome>().ShouldAllBe(outcome => !RetryRules.ShouldRetry(new RetrySpec(), outcome, 1, 1));

    [Theory]
    [InlineData(AttemptOutcome.Succeeded)]
    [InlineData(AttemptOutcome.Cancelled)]
    [InlineData(AttemptOutcome.Pruned)]
    [InlineData(AttemptOutcome.NotStarted)]
    public void Some_ends_are_never_retried(AttemptOutcome outcome) =>
        RetryRules.ShouldRetry(Everything, outcome, 75, 1).ShouldBeFalse();

    [Theory]
    [InlineData(AttemptOutcome.Lost)]
    [InlineData(AttemptOutcome.OutOfMemory)]
    [InlineData(AttemptOutcome.Failed)]
    [InlineData(AttemptOutcome.TimedOut)]
    public void Each_class_is_retried_by_its_own_word(AttemptOutcome outcome)
    {
        var only = new RetrySpec
        {
            Max = 1,
            OnLost = outcome == AttemptOutcome.Lost,
            OnOutOfMemory = outcome == AttemptOutcome.OutOfMemory,
            OnFailure = outcome == AttemptOutcome.Failed,
            OnTimeout = outcome == AttemptOutcome.TimedOut,
        };

        var retried = Enum.GetValues<AttemptOutcome>().Where(other => RetryRules.ShouldRetry(only, other, 1, 1));

        retried.ShouldBe([outcome]);
    }

    [Theory]
    [InlineData(75, true)]
    [InlineData(76, false)]
    [InlineData(null, false)]
    public void Listed_exit_codes_are_retried(int? exitCode, bool retried) =>
        RetryRules.ShouldRetry(new RetrySpec { Max = 1, OnExitCodes = [75] }, AttemptOutcome.Failed, exitCode, 1).ShouldBe(retried);
}
