using System.Collections.Concurrent;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Triggers;

/// <summary>Finds the commits that people ask to be run. A mirror that does not have one is fetched first: it may have been pushed a moment ago.</summary>
/// <param name="data">Where the mirrors are.</param>
/// <param name="forges">What they are mirrors of.</param>
/// <param name="forge">Lets us fetch.</param>
/// <param name="time">Dates fetches.</param>
public sealed class AskedCommits(DataFolder data, IForgeStore forges, IForge forge, TimeProvider time)
{
    // Somebody waits. What takes longer comes with the push's own delivery.
    private static readonly TimeSpan LongestFetch = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<ProjectId, SharedFetch> _fetches = new();

    /// <summary>The commit that a revision names; in a mirror only one of a branch or a tag is found, and kept there.</summary>
    /// <remarks>
    /// A mirror has commits of forks too. Those run when somebody approves them, and with what the base branch says of trust.
    /// </remarks>
    /// <exception cref="GradientException">Usage: there is none. Environment: it is not here, and cannot be fetched now.</exception>
    public async Task<Commit> FindAsync(ProjectId project, GitRepository repository, string revision, CancellationToken cancellationToken)
    {
        if (await forges.FindRepositoryAsync(project, cancellationToken) is not { } known)
        {
            return await repository.ResolveCommitAsync(revision, cancellationToken);
        }

        var commit = await TryResolveAsync(repository, revision, cancellationToken);
        if (!known.IsRemoved && (commit is null || !await IsPublishedAsync(commit)))
        {
            try
            {
                await FetchAsync(known, revision).WaitAsync(cancellationToken);
            }
            catch (GradientException) when (commit is not null)
            {
                // Then what is known of it holds.
            }
        }

        commit = await repository.ResolveCommitAsync(revision, cancellationToken);
        if (!await IsPublishedAsync(commit))
        {
            throw new GradientException(
                FailureKind.Usage, $"{commit.Sha.Short} is in no branch and no tag of {known.FullName}.", "A commit of a fork runs when it is approved: gradientci approve");
        }

        await new GitMirror(repository.Location, time).KeepAsync(commit.Sha, cancellationToken);
        return commit;

        Task<bool> IsPublishedAsync(Commit each) => new PublishedCommits(repository).ContainAsync(each.Sha, cancellationToken);
    }

    private static async Task<Commit?> TryResolveAsync(GitRepository repository, string revision, CancellationToken cancellationToken)
    {
        try
        {
            return await repository.ResolveCommitAsync(revision, cancellationToken);
        }
        catch (GradientException problem) when (problem.Kind == FailureKind.Usage)
        {
            return null;
        }
    }

    private Task FetchAsync(ForgeRepository known, string revision)
    {
        var mirrors = new ForgeMirrors(data, forges, forge, time) { TimeLimit = LongestFetch };
        var fetch = _fetches.GetOrAdd(known.Project, project => new SharedFetch(async tags =>
        {
            if (await forges.FindRepositoryAsync(project, CancellationToken.None) is { } now)
            {
                await mirrors.FetchAsync(now, tags, CancellationToken.None);
            }
        }));
        return fetch.JoinAsync(revision.StartsWith("refs/tags/", StringComparison.Ordinal) ? revision : $"refs/tags/{revision}");
    }
}
