using System.Collections.Immutable;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Triggers;

/// <summary>Brings what a forge tells of into our mirrors of its repositories.</summary>
internal sealed class ForgeMirrors(DataFolder data, IForge forge, TimeProvider time)
{
    // A forge has its git on several machines, and tells of a push before the last of them has it.
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(5);

    /// <summary>Fetches what was pushed.</summary>
    /// <exception cref="GradientException">Not everything could be fetched, or the forge does not have it yet: to be tried again.</exception>
    public async Task FetchAsync(ForgeRepository repository, ImmutableArray<RefUpdate> pushed, DateTimeOffset heardAt, CancellationToken cancellationToken)
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
            await InsistAsync(repository, update.New, update.Name, heardAt, cancellationToken);
        }
    }

    /// <summary>Fetches the head of a pull request.</summary>
    /// <exception cref="GradientException">It could not be fetched, or the forge does not have it yet: to be tried again.</exception>
    public async Task FetchAsync(ForgeRepository repository, PullRequest pull, DateTimeOffset heardAt, CancellationToken cancellationToken)
    {
        await FetchAsync(repository, fetch => fetch with { PullRequest = pull.Number, Objects = [pull.Head.Value] }, cancellationToken);
        await InsistAsync(repository, pull.Head.Value, $"pull request {pull.Number}", heardAt, cancellationToken);
    }

    /// <summary>Lets go of the head of a pull request that is closed; what ran is kept.</summary>
    /// <exception cref="GradientException">The mirror cannot be written now: to be tried again.</exception>
    public Task ForgetAsync(ForgeRepository repository, PullRequest pull, CancellationToken cancellationToken) =>
        Mirror(repository).ForgetPullRequestAsync(pull.Number, cancellationToken);

    private GitMirror Mirror(ForgeRepository repository) => new(data.Mirror(repository.Project), time);

    // Gone is only what is not there when the last of the forge's machines must have it.
    private async Task InsistAsync(ForgeRepository repository, string objectId, string name, DateTimeOffset heardAt, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - heardAt < Lag && !await Mirror(repository).HasAsync(objectId, cancellationToken))
        {
            throw new GradientException(
                FailureKind.Environment, $"{repository.FullName} does not have {objectId[..10]} of {name} yet.", $"It is tried again, for {Lag.TotalMinutes:0} minutes.");
        }
    }

    private async Task FetchAsync(ForgeRepository repository, Func<MirrorFetch, MirrorFetch> what, CancellationToken cancellationToken)
    {
        try
        {
            var token = await forge.GetCloneTokenAsync(repository, cancellationToken);
            await Mirror(repository).FetchAsync(what(new MirrorFetch(CloneUrl.Parse(repository.CloneUrl)) { Token = token }), cancellationToken);
        }
        catch (ForgeException problem)
        {
            throw new GradientException(
                FailureKind.Environment, $"{repository.FullName} could not be fetched: {problem.Message}", "It is tried again.", problem);
        }
    }
}
