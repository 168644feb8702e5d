using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Schedules;

/// <summary>Records scheduled runs, of the head that the default branch has when their turn comes.</summary>
/// <param name="data">Where the mirrors are.</param>
/// <param name="store">Where runs are recorded.</param>
/// <param name="forges">The repositories.</param>
/// <param name="forge">Lets us fetch.</param>
/// <param name="provenance">Of the runs.</param>
/// <param name="executor">Of the runs.</param>
/// <param name="time">Dates them.</param>
public sealed class ScheduledRuns(
    DataFolder data, IExperimentStore store, IForgeStore forges, IForge forge, Provenance provenance, string executor, TimeProvider time)
{
    private readonly ForgeMirrors _mirrors = new(data, forges, forge, time);

    /// <summary>Does what follows from a run that is due.</summary>
    /// <returns>What became of it; null when the delivery is of something else.</returns>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    public async Task<DeliveryOutcome?> HandleAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Event != DueRun.Event)
        {
            return null;
        }

        var due = DueRun.Read(delivery);
        return await forges.FindRepositoryAsync(new ProjectId(due.Project), cancellationToken) is { IsRemoved: false } repository
            ? new DeliveryOutcome(DeliveryState.Done, await StartAsync(repository, due, cancellationToken))
            : new DeliveryOutcome(DeliveryState.Ignored, $"{due.Experiment} was due at {due.At}, but its repository no longer lets us in.");
    }

    private async Task<string> StartAsync(ForgeRepository known, DueRun due, CancellationToken cancellationToken)
    {
        await _mirrors.FetchAsync(known, cancellationToken);
        await using var repository = await GitRepository.OpenAsync(data.Mirror(known.Project), cancellationToken);
        var reference = $"refs/heads/{known.DefaultBranch}";
        if (await new PushHistory(repository).PeelAsync(reference, cancellationToken) is not { } head)
        {
            return $"{due.Experiment} is not started: {known.FullName} has no branch '{known.DefaultBranch}'.";
        }

        var answer = new TriggerAnswer();
        var manifests = new CommitManifests(repository, answer);
        var manifest = await manifests.ReadAsync(head, known.DefaultBranch, cancellationToken);
        await new ManifestRemarks(forges).WriteAsync(known.Project, manifests, [head], cancellationToken);
        if (manifest?.Experiments.FirstOrDefault(each => each.Name == due.Experiment && each.On.Schedule is not null) is not { } spec)
        {
            answer.Say($"{due.Experiment} is not started: {known.DefaultBranch} at {head.Short} does not schedule it.");
            return string.Join(' ', answer.Lines);
        }

        var origin = ScheduleOrigin.Of(due);
        if (await FindOpenAsync(known.Project, due.Experiment, origin, cancellationToken) is { } open)
        {
            return $"{due.Experiment} is not started: {open}, which was scheduled before, has not ended.";
        }

        await new GitMirror(data.Mirror(known.Project), time).KeepAsync(head, cancellationToken);
        var planner = new RunPlanner(repository, store, provenance with { GitVersion = repository.GitVersion }, time);
        await new RunRecording(repository, planner, answer).RecordAsync(
            new RunOrder
            {
                Project = known.Project,
                Commit = (await repository.ReadCommitAsync(head, cancellationToken)) with { Ref = reference },
                Spec = spec,
                ManifestDigest = manifest.Digest,
                Executor = executor,
                Origin = origin,
            },
            cancellationToken);
        return string.Join(' ', answer.Lines);
    }

    // A schedule that is denser than its runs are long would fill the queue for ever.
    private async Task<RunId?> FindOpenAsync(ProjectId project, string experiment, string origin, CancellationToken cancellationToken)
    {
        foreach (var state in (RunState[])[RunState.Queued, RunState.Running])
        {
            var query = new RunQuery { Project = project, Experiment = experiment, State = state };
            if ((await store.ListRunsAsync(query, cancellationToken)).FirstOrDefault(run => ScheduleOrigin.IsSchedule(run.Origin) && run.Origin != origin) is { } open)
            {
                return open.Id;
            }
        }

        return null;
    }
}
