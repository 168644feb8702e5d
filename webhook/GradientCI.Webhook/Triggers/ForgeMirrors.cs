using System.Collections.Immutable;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Triggers;

/// <summary>Brings what a forge tells of into our mirrors of its repositories.</summary>
internal sealed class ForgeMirrors(DataFolder data, IForgeStore forges, IForge forge, TimeProvider time)
{
    // A forge has its git on several machines, and tells of a push before the last of them has it.
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(5);

    private const string SizeSource = "size";

    /// <summary>How much forks may bring before somebody lets them.</summary>
    public ForkLimits ForkLimits { get; init; } = ForkLimits.Default;

    /// <summary>How long one fetch, and waiting for another process's, may take; null for as long as a mirror takes at most.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Fetches the branches.</summary>
    /// <exception cref="GradientException">Not everything could be fetched: to be tried again.</exception>
    public Task FetchAsync(ForgeRepository repository, CancellationToken cancellationToken) => FetchAsync(repository, fetch => fetch, cancellationToken);

    /// <summary>Fetches the branches, and those of the tags that there are.</summary>
    /// <exception cref="GradientException">Not everything could be fetched: to be tried again.</exception>
    public async Task FetchAsync(ForgeRepository repository, ImmutableArray<string> tags, CancellationToken cancellationToken)
    {
        var there = await ListRefsAsync(repository, cancellationToken);
        await FetchAsync(repository, fetch => fetch with { Tags = [.. tags.Where(there.ContainsKey)] }, cancellationToken);
    }

    /// <summary>Fetches what was pushed.</summary>
    /// <exception cref="GradientException">Not everything could be fetched, or the forge does not have it yet: to be tried again.</exception>
    public async Task FetchAsync(ForgeRepository repository, ImmutableArray<RefUpdate> pushed, Hearing heard, CancellationToken cancellationToken)
    {
        await FetchAsync(
            repository,
            fetch => fetch with
            {
                Tags = [.. pushed.Where(update => update.Kind == RefKind.Tag).Select(update => update.Ref)],
                Objects = [.. pushed.Select(update => update.New)],
            },
            cancellationToken);
        foreach (var update in pushed)
        {
            await InsistAsync(repository, update.New, update.Name, heard, cancellationToken);
        }
    }

    /// <summary>Fetches the head of a pull request; a stranger's that is too large is not, and its commit says so.</summary>
    /// <returns>Why it was not fetched; null when it was.</returns>
    /// <exception cref="GradientException">It could not be fetched, or the forge does not have it yet: to be tried again.</exception>
    public async Task<string?> FetchAsync(ForgeRepository repository, PullRequest pull, Hearing heard, CancellationToken cancellationToken)
    {
        var isStranger = pull.IsFork && await forges.FindApprovalAsync(pull.Project, pull.Number, pull.Head, cancellationToken) is null;
        var outcome = await FetchAsync(
            repository, fetch => fetch with { PullRequest = pull.Number, Objects = [pull.Head.Value], ForkLimits = isStranger ? ForkLimits : null }, cancellationToken);
        if (outcome == MirrorFetchOutcome.Whole)
        {
            await forges.RemoveRemarkAsync(pull.Project, pull.Head, SizeSource, cancellationToken);
            await InsistAsync(repository, pull.Head.Value, $"pull request {pull.Number}", heard, cancellationToken);
            return null;
        }

        var sentence = outcome == MirrorFetchOutcome.ForkTooLarge
            ? $"This pull request of a fork brings more than {ForkLimits.Each >> 20} MiB, so it is not fetched and starts nothing."
            : $"Pull requests of forks have brought {ForkLimits.Together >> 20} MiB already, so this one is not fetched and starts nothing.";
        var detail = outcome == MirrorFetchOutcome.ForkTooLarge
            ? $"Keep data out of the repository's history. Who may push to {repository.FullName} can bring the commits into a branch there."
            : "What closed pull requests brought is let go of within three weeks; another commit, or closing and reopening this one, asks again.";
        await forges.PutRemarkAsync(new CommitRemark(pull.Project, pull.Head, SizeSource, RemarkKind.Failure, sentence, detail), cancellationToken);
        return sentence;
    }

    /// <summary>Lets go of the head of a pull request that is closed; what ran is kept.</summary>
    /// <exception cref="GradientException">The mirror cannot be written now: to be tried again.</exception>
    public Task ForgetAsync(ForgeRepository repository, PullRequest pull, CancellationToken cancellationToken) =>
        Mirror(repository).ForgetPullRequestAsync(pull.Number, cancellationToken);

    /// <summary>The objects that the repository's refs name at the forge, by the refs' full names.</summary>
    /// <exception cref="GradientException">It cannot be asked now.</exception>
    public async Task<ImmutableDictionary<string, string>> ListRefsAsync(ForgeRepository repository, CancellationToken cancellationToken) =>
        await RemoteRefs.ListAsync(await OpenAsync(repository, "looked at", forge.GetListingTokenAsync, cancellationToken), cancellationToken);

    private GitMirror Mirror(ForgeRepository repository) => TimeLimit is { } limit
        ? new(data.Mirror(repository.Project), time) { TimeLimit = limit, Patience = limit }
        : new(data.Mirror(repository.Project), time);

    // Gone is only what is not there when the last of the forge's machines must have it.
    private async Task InsistAsync(ForgeRepository repository, string objectId, string name, Hearing heard, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - heard.At < Lag && !await Mirror(repository).HasAsync(objectId, cancellationToken))
        {
            throw new GradientException(
                FailureKind.Environment, $"{repository.FullName} does not have {objectId[..10]} of {name} yet.", $"It is tried again, for {Lag.TotalMinutes:0} minutes.");
        }
    }

    private async Task<MirrorFetchOutcome> FetchAsync(ForgeRepository repository, Func<MirrorFetch, MirrorFetch> what, CancellationToken cancellationToken) =>
        await Mirror(repository).FetchAsync(what(await OpenAsync(repository, "fetched", forge.GetCloneTokenAsync, cancellationToken)), cancellationToken);

    private async Task<MirrorFetch> OpenAsync(
        ForgeRepository repository, string what, Func<ForgeRepository, CancellationToken, Task<string?>> getTokenAsync, CancellationToken cancellationToken)
    {
        try
        {
            // A repository of no forge has no password that we know, and is not to see another's.
            var token = repository.Forge == forge.Name ? await getTokenAsync(repository, cancellationToken) : null;
            return new MirrorFetch(CloneUrl.Parse(repository.CloneUrl))
            {
                Token = token,
                TokenRefused = () => forge.RefuseCloneToken(repository, token ?? ""),
                FollowsHead = repository.DefaultBranch.Length == 0,
            };
        }
        catch (ForgeException problem)
        {
            throw new GradientException(
                FailureKind.Environment, $"{repository.FullName} could not be {what}: {problem.Message}", "It is tried again.", problem);
        }
    }
}
