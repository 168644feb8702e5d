using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Webhook.Triggers;

/// <summary>Orders in, recorded runs out, and told of in the answer.</summary>
internal sealed class RunRecording(GitRepository repository, RunPlanner planner, TriggerAnswer answer)
{
    private const int AncestorsOfABaseline = 100;

    /// <summary>What is done before a run is recorded; false keeps it from being.</summary>
    public Func<RunOrder, CancellationToken, Task<bool>> AdmitAsync { get; init; } = (_, _) => Task.FromResult(true);

    /// <summary>Records a run, or finds the one of the same origin; null when there is none to be.</summary>
    /// <exception cref="GradientException">The store cannot record now: to be tried again.</exception>
    public async Task<Run?> RecordAsync(RunOrder order, CancellationToken cancellationToken)
    {
        if (!await AdmitAsync(order, cancellationToken))
        {
            return null;
        }

        try
        {
            var run = await planner.PlanAsync(order, cancellationToken);
            answer.Say(run);
            return run;
        }
        catch (GradientException problem)
        {
            // A store that cannot write will be able to again, and nothing must be lost; a damaged commit stays damaged.
            if (await IsReadableAsync(order.Commit.Sha, cancellationToken))
            {
                throw;
            }

            answer.Say($"{order.Spec.Name} is not run for {order.Commit.RefName} at {order.Commit.Sha.Short}. {problem.Message} {problem.Remedy}");
            return null;
        }
    }

    /// <summary>Whether nothing of a commit and its history is missing or damaged.</summary>
    public async Task<bool> IsReadableAsync(CommitSha commit, CancellationToken cancellationToken)
    {
        try
        {
            _ = await repository.ListNoticesAsync(commit, cancellationToken);
            _ = await repository.ListAncestorsAsync(commit, AncestorsOfABaseline, cancellationToken);
            return true;
        }
        catch (GradientException)
        {
            return false;
        }
    }
}
