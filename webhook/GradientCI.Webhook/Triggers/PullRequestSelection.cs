using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>Finds the experiments that are to be run at the head of a pull request; whether they may is not asked here.</summary>
internal sealed class PullRequestSelection(GitRepository repository, CommitManifests manifests, TriggerAnswer answer)
{
    private readonly PushHistory _history = new(repository);

    /// <summary>The executor of the runs.</summary>
    public required string Executor { get; init; }

    /// <summary>Whether a person asks for it: then drafts, skip markers and on.pull_request have no say.</summary>
    public bool IsAsked { get; init; }

    /// <summary>What is to be run; why nothing is goes into the answer.</summary>
    /// <exception cref="GradientException">The repository is damaged.</exception>
    public async Task<ImmutableArray<RunOrder>> SelectAsync(PullRequest pull, CancellationToken cancellationToken)
    {
        var name = $"Pull request {pull.Number}";
        if (pull.IsDraft && !IsAsked)
        {
            answer.Say($"{name} is a draft, which starts nothing until it is ready for review.");
            return [];
        }

        if (await _history.PeelAsync(pull.Head.Value, cancellationToken) is null)
        {
            answer.Say($"{name} starts nothing: its head {pull.Head.Short} is gone at the forge.");
            return [];
        }

        var head = (await repository.ReadCommitAsync(pull.Head, cancellationToken)) with { Ref = $"refs/pull/{pull.Number}/head" };
        if (!IsAsked && PushRules.FindSkipMarker(head.Message) is { } marker)
        {
            answer.Say($"{name} at {pull.Head.Short} starts nothing: its message says {marker}.");
            return [];
        }

        if (await manifests.ReadAsync(pull.Head, name, cancellationToken) is not { } manifest)
        {
            return [];
        }

        var tip = await _history.PeelAsync($"refs/heads/{pull.BaseRef}", cancellationToken) ?? await _history.PeelAsync(pull.Base.Value, cancellationToken);
        var fork = tip is { } known ? await repository.MergeBaseAsync(known, pull.Head, cancellationToken) : null;
        var specs = pull.IsFork ? await TrustedAsync(manifest, tip, pull, cancellationToken) : manifest.Experiments;
        var orders = ImmutableArray.CreateBuilder<RunOrder>();
        foreach (var spec in specs)
        {
            if (IsAsked || await IsWantedAsync(spec, fork, pull, cancellationToken))
            {
                orders.Add(new RunOrder
                {
                    Project = pull.Project,
                    Commit = head,
                    Spec = spec,
                    ManifestDigest = manifest.Digest,
                    Executor = Executor,
                    Origin = new PullRequestOrigin(pull.Number).At(pull.Head),
                    BaselineCommit = fork is { } sha ? await repository.ReadCommitAsync(sha, cancellationToken) : null,
                });
            }
        }

        return orders.ToImmutable();
    }

    // Whether and how a stranger's code may run is asked of the branch that strangers cannot push to.
    private async Task<ImmutableArray<ExperimentSpec>> TrustedAsync(Manifest manifest, CommitSha? tip, PullRequest pull, CancellationToken cancellationToken)
    {
        var trusted = tip is { } sha ? await manifests.ReadAsync(sha, $"The base branch {pull.BaseRef}", cancellationToken) : null;
        if (trusted is null)
        {
            answer.Say($"Pull request {pull.Number} is from a fork and starts nothing: its base branch {pull.BaseRef} has no manifest that says what may run.");
            return [];
        }

        var specs = ImmutableArray.CreateBuilder<ExperimentSpec>();
        foreach (var spec in manifest.Experiments)
        {
            if (trusted.Experiments.FirstOrDefault(each => each.Name == spec.Name) is not { } known)
            {
                answer.Say($"{spec.Name} is not run for pull request {pull.Number}: the base branch {pull.BaseRef} has no experiment of that name, and this is from a fork.");
            }
            else if (known.On.PullRequest is { ForksAfterApproval: false })
            {
                answer.Say($"{spec.Name} is not run for pull request {pull.Number}: its on.pull_request says forks: never.");
            }
            else
            {
                specs.Add(TrustedSpec.Merge(spec, known));
            }
        }

        return specs.ToImmutable();
    }

    private async Task<bool> IsWantedAsync(ExperimentSpec spec, CommitSha? fork, PullRequest pull, CancellationToken cancellationToken)
    {
        if (spec.On.PullRequest is not { } trigger || !trigger.Wants(pull.BaseRef))
        {
            answer.Say($"{spec.Name} is not run for pull request {pull.Number}: its on.pull_request does not ask for pull requests into {pull.BaseRef}.");
            return false;
        }

        if (trigger.LooksAtPaths() && !trigger.WantsOneOf(await _history.ListChangedPathsAsync(fork, pull.Head, cancellationToken)))
        {
            answer.Say($"{spec.Name} is not run for pull request {pull.Number}: nothing that it changes is among on.pull_request.paths.");
            return false;
        }

        return true;
    }
}
