using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Takes up a run again: <c>gradientci retry</c>.</summary>
public static class RunRevival
{
    /// <summary>Queues the run for this worker, and those of its trials that ended without a result; each gets a new attempt.</summary>
    /// <param name="run">The run.</param>
    /// <param name="trialNumber">Only this trial, or null for all that did not succeed.</param>
    /// <param name="bench">What the run will be driven with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">The run is being driven, there is no such trial, or nothing is to be tried again.</exception>
    public static async Task<Run> QueueAgainAsync(Run run, int? trialNumber, Workbench bench, CancellationToken cancellationToken)
    {
        var again = await FindAgainAsync(run, trialNumber, bench.Store, cancellationToken);
        var orphans = (await bench.Queue.ListOrphansAsync(run.Id, bench.Worker, cancellationToken)).Select(trial => trial.Id).ToHashSet();
        RefuseLiving(run, again.Trials.FirstOrDefault(trial => IsDriven(trial) && trial.Attempts[^1].Worker != bench.Worker && !orphans.Contains(trial.Id)));
        if (!await bench.Queue.AttendAsync(run.Id, bench.Worker, cancellationToken))
        {
            throw new GradientException(FailureKind.Usage, $"{run.Id} is being driven by another process.", $"Watch it with: gradientci watch {run.Id}");
        }

        return await QueueAsync(run, again, bench.Store, bench.Time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Queues an ended run for whichever worker comes, and those of its trials that ended without a result.</summary>
    /// <param name="run">The run.</param>
    /// <param name="store">The record.</param>
    /// <param name="now">When, for the record.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">Usage: it has not ended, or nothing is to be tried again.</exception>
    public static async Task<Run> QueueForAnyAsync(Run run, IExperimentStore store, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!run.HasEnded)
        {
            throw new GradientException(FailureKind.Usage, $"{run.Id} has not ended yet.", $"Wait until it has, with: gradientci watch {run.Id}");
        }

        var again = await FindAgainAsync(run, null, store, cancellationToken);
        RefuseLiving(run, again.Trials.FirstOrDefault(IsDriven));
        return await QueueAsync(run, again, store, now, cancellationToken);
    }

    private static async Task<Again> FindAgainAsync(Run run, int? trialNumber, IExperimentStore store, CancellationToken cancellationToken)
    {
        var trials = await store.ListTrialsAsync(run.Id, cancellationToken);
        if (trialNumber is { } wanted && trials.All(trial => trial.Id.Number != wanted))
        {
            throw new GradientException(FailureKind.Usage, $"{run.Id} has no trial {wanted}.", $"See its trials with: gradientci show {run.Id}");
        }

        var worth = trials.Where(trial => IsWorthAnother(trial.State) && (trialNumber is null || trial.Id.Number == trialNumber)).ToImmutableArray();
        var unfinished = run.State != RunState.Finished || trials.Any(trial => !trial.State.HasEnded());
        if (worth.IsEmpty && !unfinished)
        {
            throw new GradientException(
                FailureKind.Usage, $"{trialNumber switch { null => $"{run.Id}", { } number => $"{run.Id}.{number}" }} has nothing to try again: it succeeded.",
                $"Run the commit anew with: gradientci run {run.Id.Experiment} --commit {run.Commit.Sha.Short}");
        }

        return new Again(trials, worth);
    }

    private static async Task<Run> QueueAsync(Run run, Again again, IExperimentStore store, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var trial in again.Worth)
        {
            await store.UpdateTrialAsync(new TrialUpdate(trial.Id, trial.State, TrialState.Queued), cancellationToken);
        }

        await store.UpdateRunAsync(
            new RunUpdate(run.Id, [RunState.Finished, RunState.Cancelled, RunState.Errored, RunState.Running], RunState.Queued, now), cancellationToken);
        return await store.FindRunAsync(run.Id, cancellationToken) ?? throw new GradientException(
            FailureKind.Usage, $"{run.Id} is gone: it was pruned meanwhile.", "Run its commit anew.");
    }

    private static void RefuseLiving(Run run, Trial? living)
    {
        if (living is not null)
        {
            throw new GradientException(FailureKind.Usage, $"{living.Id} has not ended yet.", $"Wait until it has, with: gradientci watch {run.Id}");
        }
    }

    private static bool IsDriven(Trial trial) => trial.State is TrialState.Starting or TrialState.Running;

    private static bool IsWorthAnother(TrialState state) =>
        state.HasFailed() || state == TrialState.Cancelled;

    /// <summary>A run's trials, and those that ended without a result.</summary>
    private sealed record Again(ImmutableArray<Trial> Trials, ImmutableArray<Trial> Worth);
}
