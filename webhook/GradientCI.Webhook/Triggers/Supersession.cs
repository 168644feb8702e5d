using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary><c>cancel-superseded</c>: of the runs of one experiment and ref, the newest head's go on.</summary>
/// <remarks>Pushes may be told of in any order, so what is newer is asked of the repository.</remarks>
internal sealed class Supersession(GitRepository repository, IExperimentStore store, TriggerAnswer answer, TimeProvider time)
{
    /// <summary>What the reason of a run that was superseded begins with.</summary>
    public const string Reason = "Superseded by ";

    private const int MostRuns = 1000;

    /// <summary>Cancels what a new run makes needless, or the new run when a newer one is there already.</summary>
    /// <param name="run">The new run.</param>
    /// <param name="tip">Where its push, or pull request, was: the object's full name.</param>
    /// <param name="reference">The ref, which says where it is now.</param>
    /// <param name="isOther">Whether an origin is an earlier or later head of the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SettleAsync(Run run, string tip, string reference, Func<string, bool> isOther, CancellationToken cancellationToken)
    {
        if (!run.Spec.CancelSuperseded)
        {
            return;
        }

        var history = new PushHistory(repository);
        var head = await history.PeelAsync(reference, cancellationToken);
        var others = new RunQuery { Project = run.Id.Project, Experiment = run.Id.Experiment, Limit = MostRuns };
        if (head is not null && head != await history.PeelAsync(tip, cancellationToken)
            && (await store.ListRunsAsync(others with { Commit = head }, cancellationToken))
                .FirstOrDefault(other => isOther(other.Origin) && other.State != RunState.Cancelled) is { } newer)
        {
            await CancelAsync(run, newer, cancellationToken);
        }

        foreach (var state in (RunState[])[RunState.Queued, RunState.Running])
        {
            foreach (var older in await store.ListRunsAsync(others with { State = state, BeforeNumber = run.Id.Number }, cancellationToken))
            {
                if (isOther(older.Origin) && older.Commit.Sha != head
                    && (run.Commit.Sha == head || !await IsAfterAsync(older.Commit.Sha, run.Commit.Sha, cancellationToken)))
                {
                    await CancelAsync(older, run, cancellationToken);
                }
            }
        }
    }

    private async Task<bool> IsAfterAsync(CommitSha commit, CommitSha other, CancellationToken cancellationToken)
    {
        try
        {
            return commit != other && await repository.MergeBaseAsync(commit, other, cancellationToken) == other;
        }
        catch (GradientException)
        {
            // A forced push left it to the next gc.
            return false;
        }
    }

    private async Task CancelAsync(Run older, Run newer, CancellationToken cancellationToken)
    {
        var end = new RunUpdate(older.Id, [RunState.Queued, RunState.Running], RunState.Cancelled, time.GetUtcNow(), $"{Reason}{newer.Id}.");
        if (await store.UpdateRunAsync(end, cancellationToken))
        {
            answer.Say($"{older.Id} is cancelled: superseded by {newer.Id}.");
        }
    }
}
