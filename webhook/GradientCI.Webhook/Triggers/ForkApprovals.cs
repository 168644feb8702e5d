using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>A commit of a stranger that waits until somebody lets it run.</summary>
/// <param name="Repository">Where it would run.</param>
/// <param name="PullRequest">Its pull request, whose head it is.</param>
public sealed record WaitingCommit(ForgeRepository Repository, PullRequest PullRequest)
{
    /// <summary>As people type it: <c>ada/digits#7</c>.</summary>
    public string Name => $"{Repository.FullName}#{PullRequest.Number}";

    /// <summary>The head's first digits, as the forge shows them.</summary>
    public string ShortHead => PullRequest.Head.Value[..7];
}

/// <summary>Lets strangers' commits run, each by itself.</summary>
public sealed class ForkApprovals(IForgeStore forges, PullRequestRuns pullRequests, TimeProvider time)
{
    /// <summary>What waits, by repository and number.</summary>
    public async Task<ImmutableArray<WaitingCommit>> ListAsync(CancellationToken cancellationToken)
    {
        var waiting = ImmutableArray.CreateBuilder<WaitingCommit>();
        foreach (var repository in (await forges.ListRepositoriesAsync(cancellationToken)).Where(each => !each.IsRemoved))
        {
            foreach (var pull in await forges.ListOpenPullRequestsAsync(repository.Project, cancellationToken))
            {
                var remarks = await forges.ListRemarksAsync(repository.Project, pull.Head, cancellationToken);
                if (pull.IsFork && remarks.Any(remark => remark.Source == PullRequestRuns.ApprovalSource))
                {
                    waiting.Add(new WaitingCommit(repository, pull));
                }
            }
        }

        return waiting.ToImmutable();
    }

    /// <summary>Finds what waits by the name of its pull request.</summary>
    /// <param name="name"><c>OWNER/REPO#N</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">Usage: nothing of that name waits.</exception>
    public async Task<WaitingCommit> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (name.Split('#') is not [{ Length: > 0 } repository, var digits] || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new GradientException(FailureKind.Usage, $"'{name}' is not the name of a pull request.", "Write OWNER/REPO#N; see what waits with: gradientci approve");
        }

        return (await ListAsync(cancellationToken)).FirstOrDefault(each =>
                each.PullRequest.Number == number && string.Equals(each.Repository.FullName, repository, StringComparison.OrdinalIgnoreCase))
            ?? throw NothingWaits(name);
    }

    /// <summary>That nothing of a name waits, or not for whoever asks.</summary>
    public static GradientException NothingWaits(string name) =>
        new(FailureKind.Usage, $"{name} waits for no approval.", "See what does with: gradientci approve");

    /// <summary>Lets exactly the commit run that is the head now, and records its runs.</summary>
    /// <param name="waiting">What waits.</param>
    /// <param name="sha">The head that was looked at, whole: of the first digits a stranger can make a second commit; null for the one that is known.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Sentences about what follows.</returns>
    /// <exception cref="GradientException">Usage: the head is another one.</exception>
    public async Task<ImmutableArray<string>> ApproveAsync(WaitingCommit waiting, string? sha, string by, CancellationToken cancellationToken)
    {
        var head = waiting.PullRequest.Head;
        if (sha is not null && !string.Equals(head.Value, sha, StringComparison.OrdinalIgnoreCase))
        {
            throw new GradientException(
                FailureKind.Usage, $"The head of {waiting.Name} is {head}, not {sha}.", "Look at what it changes now, and approve that by its whole sha.");
        }

        await forges.ApproveAsync(new Approval(waiting.Repository.Project, waiting.PullRequest.Number, head, by, time.GetUtcNow()), cancellationToken);
        return await pullRequests.TakeAsync(waiting.Repository, waiting.PullRequest, cancellationToken);
    }
}
