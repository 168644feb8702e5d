using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>One push in, recorded runs out.</summary>
internal sealed class PushIntake(IExperimentStore store, Provenance provenance, string executor, TimeProvider time)
{
    /// <summary>Called when the runs are recorded.</summary>
    public Func<ProjectId, CancellationToken, Task> PushedAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Records the runs that a push asks for; whatever is wrong with the push or its repository is in the answer.</summary>
    /// <exception cref="GradientException">The store cannot record now: the push is to be taken again.</exception>
    public async Task<TriggerAnswer> TakeAsync(SpooledPush push, CancellationToken cancellationToken)
    {
        var (opened, unusable) = await OpenAsync(push, cancellationToken);
        await using var repository = opened;
        var answer = PushAnswer.About(repository?.Location ?? push.Repository);
        foreach (var problem in push.Problems)
        {
            answer.Say(problem);
        }

        if (repository is null)
        {
            answer.Say(unusable!);
            return answer;
        }

        var project = await ProjectIdentity.OfAsync(repository, store, cancellationToken);
        await store.PutProjectAsync(project, cancellationToken);
        var planner = new RunPlanner(repository, store, provenance with { GitVersion = repository.GitVersion }, time);
        var selection = new PushSelection(repository, new CommitManifests(repository, answer), answer)
        {
            Project = project.Id, Executor = executor, Updates = push.Updates,
        };
        await new PushedRuns(selection, new RunRecording(repository, planner, answer), new Supersession(repository, store, answer, time), answer)
            .TakeAsync(cancellationToken);
        await PushedAsync(project.Id, cancellationToken);
        return answer;
    }

    private static async Task<(GitRepository? Repository, GradientException? Problem)> OpenAsync(SpooledPush push, CancellationToken cancellationToken)
    {
        try
        {
            return (await GitRepository.OpenAsync(push.Repository, cancellationToken), null);
        }
        catch (GradientException problem)
        {
            return (null, problem);
        }
    }
}
