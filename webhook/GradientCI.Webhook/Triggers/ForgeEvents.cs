using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Triggers;

/// <summary>Records what follows from what happened at a forge: repositories, pull requests, runs, remarks.</summary>
public sealed class ForgeEvents(
    DataFolder data, IExperimentStore store, IForgeStore forges, IForge forge, Provenance provenance, string executor, TimeProvider time) : IForgeEvents
{
    private const int MostRefs = 1000;

    private readonly ForgeRepositories _repositories = new(data, forges);
    private readonly PullRequestRuns _pullRequests = new(data, store, forges, provenance, executor, time);

    /// <inheritdoc/>
    public async Task<string> PushAsync(RemoteRepository repository, ImmutableArray<RefUpdate> updates, CancellationToken cancellationToken)
    {
        var known = await _repositories.RecordAsync(repository, cancellationToken);
        var live = updates.Where(update => !update.IsDeleted && update.Kind != RefKind.Other).Take(MostRefs).ToImmutableArray();
        if (Refuses(known) is { } refusal)
        {
            return refusal;
        }

        if (live.IsEmpty)
        {
            return $"Nothing to run: no branch or tag of {known.FullName} was pushed, only deleted or something else.";
        }

        await FetchAsync(
            known,
            fetch => fetch with
            {
                Tags = [.. live.Where(update => update.Kind == RefKind.Tag).Select(update => update.Ref)],
                Objects = [.. live.Select(update => update.New)],
            },
            cancellationToken);
        var answer = new TriggerAnswer();
        await RecordAsync(known, live, answer, cancellationToken);
        return Sentence(answer.Lines);
    }

    /// <inheritdoc/>
    public async Task<string> PullRequestAsync(RemoteRepository repository, RemotePullRequest pullRequest, CancellationToken cancellationToken)
    {
        var known = await _repositories.RecordAsync(repository, cancellationToken);
        var pull = await forges.PutPullRequestAsync(Told(known.Project, pullRequest), cancellationToken);
        if (Refuses(known) is { } refusal)
        {
            return refusal;
        }

        if (pull.IsOpen)
        {
            await FetchAsync(known, fetch => fetch with { PullRequest = pull.Number, Objects = [pull.Head.Value] }, cancellationToken);
        }

        return Sentence(await _pullRequests.TakeAsync(known, pull, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<string> RepositoryAsync(RemoteRepository repository, CancellationToken cancellationToken)
    {
        var known = await _repositories.RecordAsync(repository, cancellationToken);
        await _repositories.SetRemovedAsync(known, isRemoved: false, cancellationToken);
        return $"{known.FullName} is the project {known.Project}.";
    }

    /// <inheritdoc/>
    public async Task<string> RemovedAsync(string forge, long remoteId, CancellationToken cancellationToken) =>
        await forges.FindRepositoryAsync(forge, remoteId, cancellationToken) is { } known
            ? await LetGoAsync(known, cancellationToken)
            : $"The repository {remoteId} of {forge} was not known.";

    /// <inheritdoc/>
    public async Task<string> UninstalledAsync(string forge, long installation, CancellationToken cancellationToken)
    {
        var sentences = new List<string>();
        foreach (var known in (await forges.ListRepositoriesAsync(cancellationToken)).Where(each => each.Forge == forge && each.Installation == installation))
        {
            sentences.Add(await LetGoAsync(known, cancellationToken));
        }

        return sentences.Count == 0 ? $"No repository of installation {installation} was known." : Sentence(sentences);
    }

    /// <inheritdoc/>
    public async Task<string> ReinstalledAsync(string forge, long installation, CancellationToken cancellationToken)
    {
        var known = (await forges.ListRepositoriesAsync(cancellationToken)).Where(each => each.Forge == forge && each.Installation == installation).ToList();
        foreach (var repository in known)
        {
            await _repositories.SetRemovedAsync(repository, isRemoved: false, cancellationToken);
        }

        return $"Installation {installation} lets us in again: {known.Count} repositories.";
    }

    private async Task RecordAsync(ForgeRepository known, ImmutableArray<RefUpdate> updates, TriggerAnswer answer, CancellationToken cancellationToken)
    {
        var mirror = new GitMirror(data.Mirror(known.Project), time);
        await using var repository = await GitRepository.OpenAsync(data.Mirror(known.Project), cancellationToken);
        var history = new PushHistory(repository);
        var manifests = new CommitManifests(repository, answer);
        var there = ImmutableArray.CreateBuilder<RefUpdate>();
        foreach (var update in updates)
        {
            if (await history.IsThereAsync(update.New, cancellationToken))
            {
                there.Add(update);
            }
            else
            {
                answer.Say($"{update.Name} starts nothing: {update.New[..10]} is gone at the forge.");
            }
        }

        var selection = new PushSelection(repository, manifests, answer) { Project = known.Project, Executor = executor, Updates = there.ToImmutable() };
        var planner = new RunPlanner(repository, store, provenance with { GitVersion = repository.GitVersion }, time);
        var recording = new RunRecording(repository, planner, answer) { AdmitAsync = AdmitAsync };
        await new PushedRuns(selection, recording, new Supersession(repository, store, answer, time), answer) { Insists = true }.TakeAsync(cancellationToken);
        await new ManifestRemarks(forges).WriteAsync(known.Project, manifests, manifests.Known.Keys, cancellationToken);

        async Task<bool> AdmitAsync(RunOrder order, CancellationToken token)
        {
            if (await FindRunOfPullRequestAsync(order, token) is { } run)
            {
                answer.Say($"{order.Spec.Name} is not run again for {order.Commit.RefName}: {run.Id} is of the same commit.");
                return false;
            }

            await mirror.KeepAsync(order.Commit.Sha, token);
            return true;
        }
    }

    // The other way round of what a pull request does when its branch was pushed: either may be told of first.
    private async Task<Run?> FindRunOfPullRequestAsync(RunOrder order, CancellationToken cancellationToken)
    {
        var query = new RunQuery { Project = order.Project, Experiment = order.Spec.Name, Commit = order.Commit.Sha };
        foreach (var run in await store.ListRunsAsync(query, cancellationToken))
        {
            if (run.State is not (RunState.Cancelled or RunState.Errored) && PullRequestOrigin.NumberOf(run.Origin) is { } number
                && await forges.FindPullRequestAsync(order.Project, number, cancellationToken) is { IsFork: false, IsOpen: true } pull
                && order.Commit.Ref == $"refs/heads/{pull.HeadRef}")
            {
                return run;
            }
        }

        return null;
    }

    private async Task FetchAsync(ForgeRepository repository, Func<MirrorFetch, MirrorFetch> what, CancellationToken cancellationToken)
    {
        try
        {
            var token = repository.Forge == forge.Name ? await forge.GetCloneTokenAsync(repository, cancellationToken) : null;
            await new GitMirror(data.Mirror(repository.Project), time)
                .FetchAsync(what(new MirrorFetch(CloneUrl.Parse(repository.CloneUrl)) { Token = token }), cancellationToken);
        }
        catch (ForgeException problem)
        {
            throw new GradientException(
                FailureKind.Environment, $"{repository.FullName} could not be fetched: {problem.Message}", "It is tried again.", problem);
        }
    }

    private async Task<string> LetGoAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        await _repositories.SetRemovedAsync(repository, isRemoved: true, cancellationToken);
        var cancelled = await new OpenRuns(store, time).CancelAsync(
            repository.Project, _ => true, $"{repository.FullName} was deleted, or no longer lets us in.", cancellationToken);
        return $"{repository.FullName} is let go of; {cancelled} of its runs had not ended and are cancelled.";
    }

    private static string? Refuses(ForgeRepository repository)
    {
        if (repository.IsRemoved)
        {
            return $"{repository.FullName} was deleted, or no longer lets us in, so it starts nothing.";
        }

        try
        {
            _ = CloneUrl.Parse(repository.CloneUrl);
            return null;
        }
        catch (GradientException problem)
        {
            return $"{repository.FullName} starts nothing. {problem.Message}";
        }
    }

    private static PullRequest Told(ProjectId project, RemotePullRequest told) => new()
    {
        Project = project,
        Number = told.Number,
        Head = told.Head,
        HeadRef = told.HeadRef,
        HeadRepository = told.HeadRepository,
        IsFork = told.IsFork || told.HeadRepository.Length == 0,
        BaseRef = told.BaseRef,
        Base = told.Base,
        Author = told.Author,
        IsOpen = told.IsOpen,
        IsDraft = told.IsDraft,
        UpdatedAt = told.UpdatedAt,
    };

    private static string Sentence(IEnumerable<string> sentences) => string.Join(' ', sentences.Take(20)) is { Length: > 0 } text ? text : "Nothing to run.";
}
