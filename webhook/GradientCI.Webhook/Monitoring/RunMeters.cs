using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Webhook.Monitoring;

/// <summary>Counts what happens to trials.</summary>
public sealed class RunMeters(ServiceMeters meters) : IRunObserver
{
    /// <inheritdoc/>
    public void RunChanged(Run run)
    {
        // Open runs are counted in the record.
    }

    /// <inheritdoc/>
    public void Waits(string sentence)
    {
        // The log says it.
    }

    /// <inheritdoc/>
    public void TrialChanged(Trial trial)
    {
        // An attempt is over when its trial is, or when that waits to be tried again; one that is cancelled while it waits was counted then,
        // and so was one that was paused and goes on.
        if (trial is { State: not (TrialState.Starting or TrialState.Running), Attempts: [.., { Outcome: { } outcome } attempt] }
            && (trial.State != TrialState.Cancelled || outcome == AttemptOutcome.Cancelled)
            && (trial.State == TrialState.Pruned) == (outcome == AttemptOutcome.Pruned))
        {
            meters.Attempts.Add(outcome.Word());
            if (attempt is { StartedAt: { } from, EndedAt: { } to })
            {
                meters.AttemptSeconds.Add(to - from);
            }
        }
    }

    /// <inheritdoc/>
    public void TrialAdopted(Trial trial, WorkerId from) => meters.OrphansAdopted.Add();

    /// <inheritdoc/>
    public void TrialLost(TrialId trial) => meters.LeaseLosses.Add();

    /// <inheritdoc/>
    public void MetricsRead(TrialId trial, IReadOnlyDictionary<string, MetricPoint> latest)
    {
        // The report's business.
    }
}
