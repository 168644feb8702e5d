using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>Takes up runs again: <c>gradientci retry</c>, and whoever else asks for it.</summary>
/// <param name="store">The record.</param>
/// <param name="queue">Who drives what.</param>
/// <param name="worker">Who will drive the run; none for any worker that lives.</param>
/// <param name="time">Dates it.</param>
public sealed class RunRevival(IExperimentStore store, IWorkQueue queue, WorkerId worker, TimeProvider time)
{
    /// <summary>Queues the run for the worker, and those of its trials that ended without a result; each gets a new attempt.</summary>
    /// <param name="run">The run.</param>
    /// <param name="trialNumber">Only this trial, or null for all that did not succeed.</param>
    /// <param name="by">Who asks for it; null when nobody is known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">The run is being driven, there is no such trial, or nothing is to be tried again.</exception>
    public async Task<Run> QueueAgainAsync(Run run, int? trialNumber, Signature? by, CancellationToken cancellationToken)
    {
        var trials = await store.ListTrialsAsync(run.Id, cancellationToken);
        if (trialNumber is { } wanted && trials.All(trial => trial.Id.Number != wanted))
        {
            throw new GradientException(FailureKind.Usage, $"{run.Id} has no trial {wanted}.", $"See its trials with: gradientci show {run.Id}");
        }

        var again = trials.Where(trial => IsWorthAnother(trial.State) && (trialNumber is null || trial.Id.Number == trialNumber)).ToList();
        var unfinished = run.State != RunState.Finished || trials.Any(trial => !trial.State.HasEnded());
        if (again.Count == 0 && !unfinished)
        {
            throw new GradientException(
                FailureKind.Usage, $"{trialNumber switch { null => $"{run.Id}", { } number => $"{run.Id}.{number}" }} has nothing to try again: it succeeded.",
                $"Run the commit anew with: gradientci run {run.Id.Experiment} --commit {run.Commit.Sha.Short}");
        }

        var orphans = (await queue.ListOrphansAsync(run.Id, worker, cancellationToken)).Select(trial => trial.Id).ToHashSet();
        if (trials.FirstOrDefault(trial =>
            trial.State is TrialState.Starting or TrialState.Running && trial.Attempts[^1].Worker != worker && !orphans.Contains(trial.Id)) is { } living)
        {
            throw new GradientException(FailureKind.Usage, $"{living.Id} has not ended yet.", $"Wait until it has, with: gradientci watch {run.Id}");
        }

        if (!await queue.AttendAsync(run.Id, worker, cancellationToken))
        {
            throw new GradientException(FailureKind.Usage, $"{run.Id} is being driven by another process.", $"Watch it with: gradientci watch {run.Id}");
        }

        var update = new RunUpdate(run.Id, [RunState.Finished, RunState.Cancelled, RunState.Errored, RunState.Running], RunState.Queued, time.GetUtcNow())
        {
            Trials = [.. again.Select(trial => new TrialUpdate(trial.Id, trial.State, TrialState.Queued))],
            By = by is not null && trialNumber is { } only ? by with { Detail = $"trial {only} {by.Detail}".TrimEnd() } : by,
        };
        await store.UpdateRunAsync(update, cancellationToken);
        return await store.FindRunAsync(run.Id, cancellationToken) ?? throw new GradientException(
            FailureKind.Usage, $"{run.Id} is gone: it was pruned meanwhile.", "Run its commit anew.");
    }

    private static bool IsWorthAnother(TrialState state) =>
        state.HasFailed() || state == TrialState.Cancelled;
}
