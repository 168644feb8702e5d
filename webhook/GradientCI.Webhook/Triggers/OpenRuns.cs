using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>Ends runs that nobody wants any more.</summary>
internal sealed class OpenRuns(IExperimentStore store, TimeProvider time)
{
    private const int MostRuns = 10_000;

    /// <summary>Who asks for it; null when nobody does.</summary>
    public Signature? By { get; init; }

    /// <summary>Cancels the unfinished runs of a project that are meant.</summary>
    /// <returns>How many were cancelled.</returns>
    public async Task<int> CancelAsync(ProjectId project, Func<Run, bool> isMeant, string why, CancellationToken cancellationToken)
    {
        var cancelled = 0;
        foreach (var state in (RunState[])[RunState.Queued, RunState.Running])
        {
            foreach (var run in (await store.ListRunsAsync(new RunQuery { Project = project, State = state, Limit = MostRuns }, cancellationToken)).Where(isMeant))
            {
                var end = RunUpdate.Cancellation(run.Id, why, time.GetUtcNow()) with { By = By };
                cancelled += await store.UpdateRunAsync(end, cancellationToken) ? 1 : 0;
            }
        }

        return cancelled;
    }
}
