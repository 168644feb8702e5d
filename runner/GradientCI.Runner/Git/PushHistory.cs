using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Experiments;

namespace GradientCI.Runner.Git;

/// <summary>One ref of a push, as git sees its history.</summary>
/// <param name="Ref">Its full name.</param>
/// <param name="Tip">The commit that it names now.</param>
/// <param name="Old">The commit that it named before; null for a new ref.</param>
public sealed record PushedTip(string Ref, CommitSha Tip, CommitSha? Old)
{
    /// <summary>All refs of the same push: what they name now says nothing about what was known before it.</summary>
    public ImmutableArray<string> Together { get; init; } = [];

    /// <summary>What the refs of the same push named before it.</summary>
    public ImmutableArray<string> Before { get; init; } = [];
}

/// <summary>What a push brought into a repository.</summary>
/// <remarks>All methods throw <see cref="GradientException"/> when the repository is damaged.</remarks>
public sealed class PushHistory(GitRepository repository)
{
    /// <summary>The commit that an object is or, for a tag, leads to; null when there is none.</summary>
    /// <param name="objectId">An object's full name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CommitSha?> PeelAsync(string objectId, CancellationToken cancellationToken)
    {
        var answer = await repository.RunAsync(["rev-parse", "--quiet", "--verify", "--end-of-options", objectId + "^{commit}"], cancellationToken);
        return answer.Succeeded ? new CommitSha(answer.Text.Trim()) : null;
    }

    /// <summary>Whether an object is there.</summary>
    /// <param name="objectId">An object's full name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> IsThereAsync(string objectId, CancellationToken cancellationToken) =>
        (await repository.RunAsync(["cat-file", "-e", objectId], cancellationToken)).Succeeded;

    /// <summary>The names of branches and tags, in no order that counts.</summary>
    /// <param name="max">The most names.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ImmutableArray<string>> ListNamesAsync(int max, CancellationToken cancellationToken)
    {
        var answer = await repository.RunAsync(
            ["for-each-ref", $"--count={max.ToString(CultureInfo.InvariantCulture)}", "--format=%(refname:strip=2)", "refs/heads", "refs/tags"], cancellationToken);
        return [.. repository.Checked(answer, "list the branches").Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>
    /// The commits that the push brought to the ref, oldest first: those that the old tip does not lead to or, for a new
    /// ref, those that nothing led to before.
    /// </summary>
    /// <param name="pushed">The ref.</param>
    /// <param name="max">The most commits; the oldest are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ImmutableArray<CommitSha>> ListNewAsync(PushedTip pushed, int max, CancellationToken cancellationToken) =>
    [
        .. (await ListAsync(pushed, ["--topo-order", "--reverse", $"--max-count={max.ToString(CultureInfo.InvariantCulture)}"], cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => new CommitSha(line)),
    ];

    /// <summary>The paths that the push changed on the ref, both names of a renamed file among them.</summary>
    /// <remarks>
    /// As the old tip and the new one differ. A new ref is compared with the commit where it left what was known before;
    /// one that brings no commit changes nothing.
    /// </remarks>
    public async Task<ImmutableArray<string>> ListChangedPathsAsync(PushedTip pushed, CancellationToken cancellationToken)
    {
        if (await FindOldAsync(pushed, cancellationToken) is { } old)
        {
            return await ListChangedPathsAsync(old, pushed.Tip, cancellationToken);
        }

        var own = (await ListAsync(pushed, ["--first-parent", "--count"], cancellationToken)).Trim();
        return await ListChangedPathsAsync(await PeelAsync($"{pushed.Tip}~{own}", cancellationToken), pushed.Tip, cancellationToken);
    }

    /// <summary>The paths that differ between two commits; all of them when there is no first.</summary>
    public async Task<ImmutableArray<string>> ListChangedPathsAsync(CommitSha? from, CommitSha to, CancellationToken cancellationToken)
    {
        if (from is null)
        {
            return [.. (await repository.ListTreeAsync(to, cancellationToken)).Select(entry => entry.Path)];
        }

        var answer = await repository.RunAsync(
            ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--end-of-options", from.Value.Value, to.Value], cancellationToken);
        return [.. GitListings.Fields(repository.Checked(answer, "compare two commits").Output)];
    }

    private async Task<string> ListAsync(PushedTip pushed, string[] how, CancellationToken cancellationToken)
    {
        // Exclusions hold for the next pattern alone, so branches and tags are one; no name of a ref has a wildcard in it.
        string[] known = await FindOldAsync(pushed, cancellationToken) is { } old
            ? [old.Value]
            : [.. pushed.Together.Append(pushed.Ref).Select(name => $"--exclude={name}"), "--glob=refs/[ht]*/*", .. pushed.Before];
        var answer = await repository.RunAsync(["rev-list", "--ignore-missing", .. how, pushed.Tip.Value, "--not", .. known], cancellationToken);
        return repository.Checked(answer, "list the new commits").Text;
    }

    // A forced push leaves its old commits to the next gc.
    private async Task<CommitSha?> FindOldAsync(PushedTip pushed, CancellationToken cancellationToken) =>
        pushed.Old is { } old ? await PeelAsync(old.Value, cancellationToken) : null;
}
