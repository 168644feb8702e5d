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

    /// <summary>How much forks may bring into a mirror before somebody lets them.</summary>
    public ForkLimits ForkLimits { get; init; } = ForkLimits.Default;

    private ForgeMirrors Mirrors => new(data, forges, forge, time) { ForkLimits = ForkLimits };

    /// <inheritdoc/>
    public async Task<string> PushAsync(RemoteRepository repository, ImmutableArray<RefUpdate> updates, Hearing heard, CancellationToken cancellationToken)
    {
        var known = await _repositories.RecordAsync(repository, heard, cancellationToken);
        var live = updates.Where(update => !update.IsDeleted && update.Kind != RefKind.Other).Take(MostRefs).ToImmutableArray();
        if (Refuses(known) is { } refusal)
        {
            return refusal;
        }

        if (live.IsEmpty)
        {
            return $"Nothing to run: no branch or tag of {known.FullName} was pushed, only deleted or something else.";
        }

        await Mirrors.FetchAsync(known, live, heard, cancellationToken);
        var answer = new TriggerAnswer();
        await RecordAsync(known, live, answer, cancellationToken);
        return await GoneMeanwhileAsync(known, cancellationToken) ?? Sentence(answer.Lines);
    }

    /// <inheritdoc/>
    public async Task<string> PullRequestAsync(RemoteRepository repository, PullRequest pullRequest, Hearing heard, CancellationToken cancellationToken)
    {
        var known = await _repositories.RecordAsync(repository, heard, cancellationToken);
        var told = pullRequest with { Project = known.Project, IsFork = pullRequest.IsFork || pullRequest.HeadRepository.Length == 0 };
        return await TakeAsync(known, told, heard, cancellationToken);
    }

    /// <summary>A pull request is as it is told: by an event, or because the forge was asked.</summary>
    internal async Task<string> TakeAsync(ForgeRepository known, PullRequest told, Hearing heard, CancellationToken cancellationToken)
    {
        var pull = await forges.PutPullRequestAsync(told, cancellationToken);
        if (Refuses(known) is { } refusal)
        {
            return refusal;
        }

        // What is not fetched starts nothing, and ends what its earlier heads wait for.
        var refusedSize = pull.IsOpen ? await Mirrors.FetchAsync(known, pull, heard, cancellationToken) : null;
        var sentences = await _pullRequests.TakeAsync(known, pull, cancellationToken);
        if (!pull.IsOpen)
        {
            await Mirrors.ForgetAsync(known, pull, cancellationToken);
        }

        return await GoneMeanwhileAsync(known, cancellationToken) ?? refusedSize ?? Sentence(sentences);
    }

    /// <inheritdoc/>
    public async Task<string> RepositoryAsync(RemoteRepository repository, Hearing heard, CancellationToken cancellationToken)
    {
        var known = await _repositories.RecordAsync(repository, heard, cancellationToken);
        await forges.SetRemovedAsync(known.Project, isRemoved: false, heard.Number, cancellationToken);
        return $"{known.FullName} is the project {known.Project}.";
    }

    /// <inheritdoc/>
    public async Task<string> RemovedAsync(string forge, long remoteId, Hearing heard, CancellationToken cancellationToken) =>
        await forges.FindRepositoryAsync(forge, remoteId, cancellationToken) is { } known
            ? await LetGoAsync(known, heard, cancellationToken)
            : $"The repository {remoteId} of {forge} was not known.";

    /// <inheritdoc/>
    public async Task<string> UninstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken)
    {
        var sentences = new List<string>();
        foreach (var known in (await forges.ListRepositoriesAsync(cancellationToken)).Where(each => each.Forge == forge && each.Installation == installation))
        {
            sentences.Add(await LetGoAsync(known, heard, cancellationToken));
        }

        return sentences.Count == 0 ? $"No repository of installation {installation} was known." : Sentence(sentences);
    }

    /// <inheritdoc/>
    public async Task<string> ReinstalledAsync(string forge, long installation, Hearing heard, CancellationToken cancellationToken)
    {
        var known = (await forges.ListRepositoriesAsync(cancellationToken)).Where(each => each.Forge == forge && each.Installation == installation).ToList();
        foreach (var repository in known)
        {
            await forges.SetRemovedAsync(repository.Project, isRemoved: false, heard.Number, cancellationToken);
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
            if (await FindTwinAsync(order, token) is { } run)
            {
                answer.Say($"{order.Spec.Name} is not run again for {order.Commit.RefName}: {run.Id} is of the same commit.");
                return false;
            }

            await mirror.KeepAsync(order.Commit.Sha, token);
            return true;
        }
    }

    private async Task<Run?> FindTwinAsync(RunOrder order, CancellationToken cancellationToken)
    {
        var query = new RunQuery { Project = order.Project, Experiment = order.Spec.Name, Commit = order.Commit.Sha };
        foreach (var run in await store.ListRunsAsync(query, cancellationToken))
        {
            if (PushOrigin.IsTwin(order.Commit.Ref, order.Origin, run.Origin))
            {
                return run;
            }

            // The other way round of what a pull request does when its branch was pushed: either may be told of first.
            if (run.State is not (RunState.Cancelled or RunState.Errored) && PullRequestOrigin.NumberOf(run.Origin) is { } number
                && await forges.FindPullRequestAsync(order.Project, number, cancellationToken) is { IsFork: false, IsOpen: true } pull
                && order.Commit.Ref == $"refs/heads/{pull.HeadRef}")
            {
                return run;
            }
        }

        return null;
    }

    private async Task<string> LetGoAsync(ForgeRepository repository, Hearing heard, CancellationToken cancellationToken) =>
        await forges.SetRemovedAsync(repository.Project, isRemoved: true, heard.Number, cancellationToken)
            ? $"{repository.FullName} is let go of; {await CancelRunsAsync(repository, cancellationToken)} of its runs had not ended and are cancelled."
            : $"{repository.FullName} is not let go of: we heard later that it lets us in.";

    // Whoever lets go of a repository records that first, and then cancels its runs. One that is recorded meanwhile, at the end of a long
    // fetch, is cancelled by one of both.
    private async Task<string?> GoneMeanwhileAsync(ForgeRepository repository, CancellationToken cancellationToken) =>
        await forges.FindRepositoryAsync(repository.Project, cancellationToken) is { IsRemoved: true } gone && await CancelRunsAsync(gone, cancellationToken) > 0
            ? Refuses(gone)
            : null;

    private Task<int> CancelRunsAsync(ForgeRepository repository, CancellationToken cancellationToken) => new OpenRuns(store, time).CancelAsync(
        repository.Project, _ => true, $"{repository.FullName} was deleted, or no longer lets us in.", cancellationToken);

    private string? Refuses(ForgeRepository repository)
    {
        if (repository.Forge != forge.Name && repository.Forge != ForgeRepository.NoForge)
        {
            return $"{repository.FullName} is at {repository.Forge}, which this service is not set up for, so it starts nothing.";
        }

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

    private static string Sentence(IEnumerable<string> sentences) => string.Join(' ', sentences.Take(20)) is { Length: > 0 } text ? text : "Nothing to run.";
}
