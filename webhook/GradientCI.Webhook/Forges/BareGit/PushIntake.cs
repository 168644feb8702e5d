using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>One push in, recorded runs out.</summary>
internal sealed class PushIntake(IExperimentStore store, Provenance provenance, string executor, TimeProvider time)
{
    private const int MostRuns = 1000;
    private const int MostSuperseded = 1000;
    private const int AncestorsOfABaseline = 100;

    /// <summary>Records the runs that a push asks for; whatever is wrong with the push or its repository is in the answer.</summary>
    /// <exception cref="GradientException">The store cannot record now: the push is to be taken again.</exception>
    public async Task<PushAnswer> TakeAsync(SpooledPush push, CancellationToken cancellationToken)
    {
        var answer = new PushAnswer();
        foreach (var problem in push.Problems)
        {
            answer.Say(problem);
        }

        await using var repository = await OpenAsync(push, answer, cancellationToken);
        if (repository is null)
        {
            return answer;
        }

        var project = ProjectIdentity.Of(repository);
        await store.PutProjectAsync(project, cancellationToken);
        var planner = new RunPlanner(repository, store, provenance with { GitVersion = repository.GitVersion }, time);
        var selection = new PushSelection(repository, push, project.Id, executor, answer);
        foreach (var update in push.Updates)
        {
            foreach (var order in await SelectAsync(selection, update, answer, cancellationToken))
            {
                if (answer.Runs.Count == MostRuns)
                {
                    answer.Say($"One push starts at most {MostRuns:N0} runs. Push fewer refs or commits at once, or narrow on.push.");
                    return answer;
                }

                if (await RecordAsync(order, repository, planner, answer, cancellationToken) is { } run)
                {
                    answer.Say(run, repository.Location);
                    await SupersedeAsync(run, update, repository, answer, cancellationToken);
                }
            }
        }

        return answer;
    }

    private static async Task<GitRepository?> OpenAsync(SpooledPush push, PushAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            return await GitRepository.OpenAsync(push.Repository, cancellationToken);
        }
        catch (GradientException problem)
        {
            answer.Say(problem);
            return null;
        }
    }

    private static async Task<ImmutableArray<RunOrder>> SelectAsync(PushSelection selection, RefUpdate update, PushAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            return await selection.SelectAsync(update, cancellationToken);
        }
        catch (GradientException problem)
        {
            answer.Say($"{update.Name} starts nothing. {problem.Message} {problem.Remedy}");
            return [];
        }
    }

    private static async Task<Run?> RecordAsync(RunOrder order, GitRepository repository, RunPlanner planner, PushAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            return await planner.PlanAsync(order, cancellationToken);
        }
        catch (GradientException problem)
        {
            // A store that cannot write will be able to again, and the push must not be lost; a damaged commit stays damaged.
            if (await IsReadableAsync(order.Commit.Sha, repository, cancellationToken))
            {
                throw;
            }

            answer.Say($"{order.Spec.Name} is not run for {order.Commit.RefName} at {order.Commit.Sha.Short}. {problem.Message} {problem.Remedy}");
            return null;
        }
    }

    private static async Task<bool> IsReadableAsync(CommitSha commit, GitRepository repository, CancellationToken cancellationToken)
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

    // Hooks of two pushes may be read in either order; what the ref names now is never the older one.
    private async Task SupersedeAsync(Run run, RefUpdate update, GitRepository repository, PushAnswer answer, CancellationToken cancellationToken)
    {
        if (run.Spec is not { CancelSuperseded: true })
        {
            return;
        }

        var origin = new PushOrigin(update);
        foreach (var state in (RunState[])[RunState.Queued, RunState.Running])
        {
            var query = new RunQuery { Project = run.Id.Project, Experiment = run.Id.Experiment, State = state, BeforeNumber = run.Id.Number, Limit = MostSuperseded };
            foreach (var older in (await store.ListRunsAsync(query, cancellationToken)).Where(older => origin.IsOtherPush(older.Origin)))
            {
                if (older.Commit.Sha == await new PushHistory(repository).PeelAsync(update.Ref, cancellationToken))
                {
                    continue;
                }

                var end = new RunUpdate(older.Id, [RunState.Queued, RunState.Running], RunState.Cancelled, time.GetUtcNow(), $"Superseded by {run.Id}.");
                if (await store.UpdateRunAsync(end, cancellationToken))
                {
                    answer.Say($"{older.Id} is cancelled: superseded by {run.Id}.");
                }
            }
        }
    }
}
