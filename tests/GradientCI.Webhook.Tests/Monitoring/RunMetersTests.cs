using GradientCI.Experiments;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Monitoring;

namespace GradientCI.Webhook.Tests.Monitoring;

public sealed class RunMetersTests
{
    private readonly ServiceMeters _meters = new();

    [Theory]
    [InlineData(TrialState.Starting, null, 0)]
    [InlineData(TrialState.Running, null, 0)]
    [InlineData(TrialState.Succeeded, AttemptOutcome.Succeeded, 1)]
    [InlineData(TrialState.Queued, AttemptOutcome.OutOfMemory, 1)]
    [InlineData(TrialState.Cancelled, AttemptOutcome.Cancelled, 1)]
    [InlineData(TrialState.Cancelled, AttemptOutcome.Failed, 0)]
    [InlineData(TrialState.Pruned, AttemptOutcome.Pruned, 1)]
    [InlineData(TrialState.Queued, AttemptOutcome.Pruned, 0)]
    public void An_attempt_counts_once_when_it_ends(TrialState state, AttemptOutcome? outcome, int count)
    {
        var trial = StoreSamples.Trial(new RunId(new ProjectId("p"), "e", 1), 1);
        var attempt = StoreSamples.Attempt(trial.Id) with { Outcome = outcome, StartedAt = StoreSamples.Noon, EndedAt = StoreSamples.Noon.AddSeconds(3) };

        new RunMeters(_meters).TrialChanged(trial with { State = state, Attempts = [attempt] });

        _meters.Attempts.Read().Samples.Sum(sample => sample.Value).ShouldBe(count);
        _meters.AttemptSeconds.Read().Samples.Single(sample => sample.Suffix == "_sum").Value.ShouldBe(3 * count);
    }
}
