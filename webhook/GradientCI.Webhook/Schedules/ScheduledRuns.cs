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
/// <param name="data">Where the mirrors are, and hooks leave pushes.</param>
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
    private readonly ScheduledSites _sites = new(data, store, forges);

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
        return await _sites.FindAsync(new ProjectId(due.Project), cancellationToken) is { } site && await OpenAsync(site, cancellationToken) is { } repository
            ? new DeliveryOutcome(DeliveryState.Done, await StartAsync(site, repository, due, cancellationToken))
            : new DeliveryOutcome(DeliveryState.Ignored, $"{due.Experiment} was due at {due.At}, but its repository is gone or no longer lets us in.");
    }

    private async Task<GitRepository?> OpenAsync(ScheduledSite site, CancellationToken cancellationToken)
    {
        if (site.Repository is { } known)
        {
            await _mirrors.FetchAsync(known, cancellationToken);
        }

        return await _sites.OpenAsync(site, cancellationToken);
    }

    private async Task<string> StartAsync(ScheduledSite site, GitRepository opened, DueRun due, CancellationToken cancellationToken)
    {
        await using var repository = opened;
        if (await site.FindBranchAsync(repository, cancellationToken) is not { } reference
            || await new PushHistory(repository).PeelAsync(reference, cancellationToken) is not { } head)
        {
            return $"{due.Experiment} is not started: {site.Name} has no default branch with a commit.";
        }

        var answer = new TriggerAnswer();
        var manifests = new CommitManifests(repository, answer);
        var branch = reference["refs/heads/".Length..];
        var manifest = await manifests.ReadAsync(head, branch, cancellationToken);
        if (site.Repository is not null)
        {
            await new ManifestRemarks(forges).WriteAsync(site.Project, manifests, [head], cancellationToken);
        }

        if (manifest?.Experiments.FirstOrDefault(each => each.Name == due.Experiment && each.On.Schedule is not null) is not { } spec)
        {
            answer.Say($"{due.Experiment} is not started: {branch} at {head.Short} does not schedule it.");
            return string.Join(' ', answer.Lines);
        }

        var origin = ScheduleOrigin.Of(due);
        if (await FindOpenAsync(site.Project, due.Experiment, origin, cancellationToken) is { } open)
        {
            return $"{due.Experiment} is not started: {open}, which was scheduled before, has not ended.";
        }

        if (site.Repository is not null)
        {
            await new GitMirror(site.Location, time).KeepAsync(head, cancellationToken);
        }

        var planner = new RunPlanner(repository, store, provenance with { GitVersion = repository.GitVersion }, time);
        await new RunRecording(repository, planner, answer).RecordAsync(
            new RunOrder
            {
                Project = site.Project,
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
