using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;

namespace GradientCI.Webhook.Triggers;

/// <summary>Reads what was pushed, and finds the experiments at commits that are to be run.</summary>
/// <remarks>Each commit is judged by its own manifest, read from its blob.</remarks>
internal sealed class PushSelection(GitRepository repository, CommitManifests manifests, TriggerAnswer answer)
{
    private const int MostCommits = 100;

    private readonly PushHistory _history = new(repository);

    /// <summary>Whose.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>The executor of the runs.</summary>
    public required string Executor { get; init; }

    /// <summary>All refs of the push.</summary>
    public required ImmutableArray<RefUpdate> Updates { get; init; }

    /// <summary>What is to be run for one ref, oldest commit first; why nothing is goes into the answer.</summary>
    /// <exception cref="GradientException">The repository is damaged.</exception>
    public async Task<ImmutableArray<RunOrder>> SelectAsync(RefUpdate update, CancellationToken cancellationToken)
    {
        if (update.Kind == RefKind.Other)
        {
            answer.Say($"{update.Ref} starts nothing: only branches and tags do.");
            return [];
        }

        if (update.IsDeleted)
        {
            return [];
        }

        if ((update.Kind == RefKind.Branch ? new CommitSha(update.New) : await _history.PeelAsync(update.New, cancellationToken)) is not { } tip)
        {
            answer.Say($"The tag {update.Name} names no commit, so it starts nothing.");
            return [];
        }

        var pushed = new PushedTip(update.Ref, tip, update.IsCreated ? null : new CommitSha(update.Old))
        {
            Together = [.. Updates.Select(each => each.Ref)],
            Before = [.. Updates.Where(each => !each.IsCreated).Select(each => each.Old)],
        };
        var orders = ImmutableArray.CreateBuilder<RunOrder>();
        foreach (var sha in await CommitsAsync(pushed, update, cancellationToken))
        {
            orders.AddRange(await SelectAsync(sha, pushed, update, cancellationToken));
        }

        return orders.ToImmutable();
    }

    // The tip alone, unless its manifest has an experiment that runs at every commit.
    private async Task<ImmutableArray<CommitSha>> CommitsAsync(PushedTip pushed, RefUpdate update, CancellationToken cancellationToken)
    {
        // Of a commit that is not there this says so best.
        _ = await repository.ReadCommitAsync(pushed.Tip, cancellationToken);
        if (update.Kind != RefKind.Branch || await manifests.ReadAsync(pushed.Tip, update.Name, cancellationToken) is not { } manifest
            || !manifest.Experiments.Any(spec => spec.On.Push is { EveryCommit: true } trigger && trigger.Wants(update)))
        {
            return [pushed.Tip];
        }

        var commits = await _history.ListNewAsync(pushed, MostCommits + 1, cancellationToken);
        if (commits.Length > MostCommits)
        {
            answer.Say($"{update.Name} brought more than {MostCommits} commits; only the newest {MostCommits} are looked at.");
        }

        return [.. commits.TakeLast(MostCommits).Where(sha => sha != pushed.Tip), pushed.Tip];
    }

    private async Task<ImmutableArray<RunOrder>> SelectAsync(CommitSha sha, PushedTip pushed, RefUpdate update, CancellationToken cancellationToken)
    {
        var commit = (await repository.ReadCommitAsync(sha, cancellationToken)) with { Ref = update.Ref };
        if (PushRules.FindSkipMarker(commit.Message) is { } marker)
        {
            answer.Say($"{update.Name} at {sha.Short} starts nothing: its message says {marker}.");
            return [];
        }

        if (await manifests.ReadAsync(sha, update.Name, cancellationToken) is not { } manifest)
        {
            return [];
        }

        var isTip = sha == pushed.Tip;
        var asked = manifest.Experiments.Where(spec => spec.On.Push is { } trigger && (isTip || trigger.EveryCommit) && trigger.Wants(update)).ToList();
        if (asked.Count == 0 && isTip)
        {
            answer.Say($"{update.Name} at {sha.Short} starts nothing: no experiment's on.push asks for it.");
        }

        var orders = ImmutableArray.CreateBuilder<RunOrder>();
        foreach (var spec in asked)
        {
            if (!await TouchesPathsAsync(spec.On.Push!, commit, pushed, update, cancellationToken))
            {
                answer.Say($"{spec.Name} is not run for {update.Name} at {sha.Short}: nothing that changed is among its on.push.paths.");
                continue;
            }

            orders.Add(new RunOrder
            {
                Project = Project,
                Commit = commit,
                Spec = spec,
                ManifestDigest = manifest.Digest,
                Executor = Executor,
                Origin = new PushOrigin(update).At(sha),
            });
        }

        return orders.ToImmutable();
    }

    private async Task<bool> TouchesPathsAsync(PushTrigger trigger, Commit commit, PushedTip pushed, RefUpdate update, CancellationToken cancellationToken) =>
        !trigger.LooksAtPaths(update) || trigger.WantsOneOf(trigger.EveryCommit
            ? await _history.ListChangedPathsAsync(commit.Parents.IsEmpty ? null : commit.Parents[0], commit.Sha, cancellationToken)
            : await _history.ListChangedPathsAsync(pushed, cancellationToken));
}
