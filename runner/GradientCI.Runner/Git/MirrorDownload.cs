using System.Collections.Immutable;

namespace GradientCI.Runner.Git;

/// <summary>The calls of one fetch into a mirror. Used by whoever has the turn.</summary>
internal sealed class MirrorDownload(string path, GitProgram git, MirrorFetch fetch, TimeProvider time)
{
    private const string Branches = "+refs/heads/*:refs/heads/*";

    /// <summary>How long one call may take.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>The most bytes that the mirror may have.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Fetches.</summary>
    /// <exception cref="GradientException">Environment: nothing, or not everything, was fetched; the message holds no password.</exception>
    public async Task<MirrorFetchOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var refs = fetch.Tags.Distinct(StringComparer.Ordinal).ToDictionary(tag => tag, tag => tag, StringComparer.Ordinal);
        if (fetch is { PullRequest: { } strangers, ForkLimits: { } limits })
        {
            await FetchAsync([Branches], refs, [], MaxBytes, cancellationToken);
            return await FetchForkAsync(strangers, limits, cancellationToken);
        }

        if (fetch.PullRequest is { } number)
        {
            refs[Remote(number)] = MirrorRefs.PullRequest(number);
        }

        await FetchAsync([Branches], refs, fetch.Objects, MaxBytes, cancellationToken);
        if (fetch.FollowsHead)
        {
            await FollowHeadAsync(cancellationToken);
        }

        return MirrorFetchOutcome.Whole;
    }

    // By itself, so that what it brings can be counted and, when it is too much, removed to the last byte: nobody else writes packs meanwhile.
    private async Task<MirrorFetchOutcome> FetchForkAsync(int number, ForkLimits limits, CancellationToken cancellationToken)
    {
        var (shares, packs, size) = (new ForkShares(path), new NewPacks(path), MirrorSize.Of(path));
        var (left, beyond) = shares.Left(number, limits);
        var head = await git.RunAsync(Call(["rev-parse", "--quiet", "--verify", MirrorRefs.PullRequest(number)]), cancellationToken);
        try
        {
            var named = new Dictionary<string, string>(StringComparer.Ordinal) { [Remote(number)] = MirrorRefs.PullRequest(number) };
            if (await FetchAsync([], named, fetch.Objects, size + left, cancellationToken))
            {
                return MirrorFetchOutcome.Whole;
            }

            var undo = head.Succeeded ? Call(["update-ref", MirrorRefs.PullRequest(number), head.Text.Trim()]) : Call(["update-ref", "-d", MirrorRefs.PullRequest(number)]);
            _ = await git.RunAsync(undo, cancellationToken);
            new MirrorFolder(path, git).RemoveLeftovers();
            packs.Remove();
            return beyond;
        }
        finally
        {
            shares.Add(number, MirrorSize.Of(path) - size);
        }
    }

    // A server's word is a name only when it is one of a branch that came.
    private async Task FollowHeadAsync(CancellationToken cancellationToken)
    {
        if (await RemoteRefs.FindHeadAsync(fetch, cancellationToken) is not { } head
            || !(await git.RunAsync(Call(["show-ref", "--verify", "--quiet", "--", head]), cancellationToken)).Succeeded)
        {
            return;
        }

        var answer = await git.RunAsync(Call(["symbolic-ref", "HEAD", head]), cancellationToken);
        if (!answer.Succeeded)
        {
            throw new GradientException(
                FailureKind.Environment, $"The default branch of the mirror {path} could not be set: {answer.Complaint}.", "Check the disk's free space, and the mirror with git fsck.");
        }
    }

    // Whether all of it came; false when that would be more bytes than this may bring.
    private async Task<bool> FetchAsync(
        ImmutableArray<string> refspecs, Dictionary<string, string> named, ImmutableArray<string> objects, long maxBytes, CancellationToken cancellationToken)
    {
        // A ref that is asked for by name and is gone fails the whole fetch, so it is asked for without.
        while (!refspecs.IsEmpty || named.Count > 0)
        {
            if (await RunAsync([.. refspecs, .. named.Select(pair => $"+{pair.Key}:{pair.Value}")], maxBytes, cancellationToken) is not { } answer)
            {
                return false;
            }

            if (answer.Succeeded)
            {
                break;
            }

            var gone = named.Keys.FirstOrDefault(name => answer.Error.Contains($"couldn't find remote ref {name}\n", StringComparison.Ordinal));
            named.Remove(gone ?? throw RemoteCalls.Failed(fetch, answer, "fetch"));
        }

        foreach (var id in objects.Distinct(StringComparer.Ordinal))
        {
            if (!(await git.RunAsync(Call(["cat-file", "-e", id]), cancellationToken)).Succeeded && !await FetchObjectAsync(id, maxBytes, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> FetchObjectAsync(string id, long maxBytes, CancellationToken cancellationToken)
    {
        if (await RunAsync([id], maxBytes, cancellationToken) is not { } answer)
        {
            return false;
        }

        return answer.Succeeded || answer.Error.Contains("not our ref", StringComparison.Ordinal)
            || answer.Error.Contains("unadvertised object", StringComparison.Ordinal) || answer.Error.Contains("couldn't find remote ref", StringComparison.Ordinal)
            ? true
            : throw RemoteCalls.Failed(fetch, answer, "fetch");
    }

    // Null when the mirror has more bytes than this may bring it to.
    private async Task<GitOutput?> RunAsync(ImmutableArray<string> refs, long maxBytes, CancellationToken cancellationToken)
    {
        var call = Call(
            ["fetch", "--quiet", "--prune", "--force", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--refmap=", "--", fetch.Url.Text, .. refs]) with
        {
            Settings = [.. RemoteCalls.Settings, .. fetch.Settings],
            Timeout = TimeLimit,
        };
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var size = new MirrorSize(path, Math.Min(maxBytes, MaxBytes), time, watch.Cancel);
        try
        {
            var answer = await git.RunAsync(call, watch.Token);
            return size.Look() ? Exceeded() : answer;
        }
        catch (OperationCanceledException) when (size.IsExceeded)
        {
            return Exceeded();
        }

        GitOutput? Exceeded() => maxBytes < MaxBytes ? null : throw new GradientException(
            FailureKind.Environment, $"The mirror of {fetch.Url} has more than {MaxBytes >> 20} MiB, so nothing more is fetched.", "Keep data out of the repository's history.");
    }

    private GitCall Call(ImmutableArray<string> arguments) => new(path, arguments) { GitDirectory = path };

    private static string Remote(int number) => $"refs/pull/{number}/head";
}
