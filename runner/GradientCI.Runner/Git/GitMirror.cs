using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Git;

/// <summary>A bare copy of a forge's repository, of which the forge's side is trusted with nothing.</summary>
/// <remarks>
/// With <see cref="RemoteRefs"/> the only place where git may talk to a network: http and https for this one call, no redirects, no submodules, every object
/// checked. What was fetched stays a bare repository with our own configuration in it. One fetch at a time, whatever the process.
/// </remarks>
public sealed class GitMirror(string path, TimeProvider time)
{
    /// <summary>What every call to a forge's git server goes by.</summary>
    internal static readonly ImmutableArray<KeyValuePair<string, string>> Settings =
    [
        new("protocol.http.allow", "always"),
        new("protocol.https.allow", "always"),
        new("http.followRedirects", "false"),
        new("http.sslVerify", "true"),
        new("http.emptyAuth", "false"),
        new("http.saveCookies", "false"),
        new("http.lowSpeedLimit", "1000"),
        new("http.lowSpeedTime", "60"),
        new("transfer.bundleURI", "false"),
        new("transfer.credentialsInUrl", "die"),
        new("fetch.fsckObjects", "true"),

        // Old programs wrote these by mistake, into many histories; nothing of ours depends on them.
        new("fetch.fsck.zeroPaddedFilemode", "ignore"),
        new("fetch.fsck.badTimezone", "ignore"),
        new("fetch.fsck.missingSpaceBeforeDate", "ignore"),
        new("fetch.recurseSubmodules", "false"),
        new("fetch.writeCommitGraph", "false"),
        new("fetch.showForcedUpdates", "false"),

        // One pack for each fetch instead of a file for each object.
        new("fetch.unpackLimit", "1"),
    ];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one fetch may take.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long to wait for another process's fetch.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The most bytes that the mirror may have; a fetch that goes beyond is ended.</summary>
    public long MaxBytes { get; init; } = 32L << 30;

    /// <summary>From how many packs on they are joined.</summary>
    public int MostPacks { get; init; } = 50;

    /// <summary>Fetches, and makes the mirror when there is none. Branches that are gone at the forge go here too.</summary>
    /// <exception cref="GradientException">Environment: nothing, or not everything, was fetched; the message holds no password.</exception>
    public async Task FetchAsync(MirrorFetch fetch, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var turn = await TakeTurnAsync(cancellationToken);
            var git = GitProgram.Find();
            var folder = new MirrorFolder(path, git);
            await folder.MakeAsync(cancellationToken);
            folder.RemoveLeftovers();
            await FetchAllAsync(git, fetch, cancellationToken);
            await folder.JoinPacksAsync(MostPacks, cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The mirror {path} cannot be written: {problem.Message}", "Check the data folder's permissions and the disk's free space.", problem);
        }
    }

    /// <summary>Keeps a commit of the mirror, whatever is pushed over it at the forge.</summary>
    /// <exception cref="GradientException">It is not there, or nothing can be written.</exception>
    public async Task KeepAsync(CommitSha sha, CancellationToken cancellationToken)
    {
        var answer = await GitProgram.Find().RunAsync(Call(["update-ref", MirrorRefs.Keep(sha), sha.Value]), cancellationToken);
        if (!answer.Succeeded)
        {
            throw new GradientException(
                FailureKind.Environment, $"Commit {sha.Short} could not be kept in the mirror {path}: {answer.Complaint}.", "Check the disk's free space, and the mirror with git fsck.");
        }
    }

    private async Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Patience;
        while (true)
        {
            if (FileLock.TryTake(path + ".lock") is { } turn)
            {
                return turn;
            }

            if (time.GetUtcNow() > until)
            {
                throw new GradientException(FailureKind.Environment, $"Another process has been fetching into {path} for too long.", "See which one with lsof.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task FetchAllAsync(GitProgram git, MirrorFetch fetch, CancellationToken cancellationToken)
    {
        await FetchRefsAsync(git, fetch, cancellationToken);
        foreach (var id in fetch.Objects.Distinct(StringComparer.Ordinal))
        {
            if (!await HasAsync(git, id, cancellationToken))
            {
                await FetchObjectAsync(git, fetch, id, cancellationToken);
            }
        }
    }

    // A ref that is asked for by name and is gone fails the whole fetch, so it is asked for without.
    private async Task FetchRefsAsync(GitProgram git, MirrorFetch fetch, CancellationToken cancellationToken)
    {
        var named = fetch.Tags.Distinct(StringComparer.Ordinal).ToDictionary(tag => tag, tag => tag, StringComparer.Ordinal);
        if (fetch.PullRequest is { } number)
        {
            named[$"refs/pull/{number}/head"] = MirrorRefs.PullRequest(number);
        }

        while (true)
        {
            var answer = await RunAsync(git, fetch, ["+refs/heads/*:refs/heads/*", .. named.Select(pair => $"+{pair.Key}:{pair.Value}")], cancellationToken);
            if (answer.Succeeded)
            {
                return;
            }

            if (named.Keys.FirstOrDefault(name => answer.Error.Contains($"couldn't find remote ref {name}\n", StringComparison.Ordinal)) is not { } gone)
            {
                throw Failed(fetch, answer);
            }

            named.Remove(gone);
        }
    }

    private async Task FetchObjectAsync(GitProgram git, MirrorFetch fetch, string id, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(git, fetch, [id], cancellationToken);
        if (!answer.Succeeded && !answer.Error.Contains("not our ref", StringComparison.Ordinal)
            && !answer.Error.Contains("unadvertised object", StringComparison.Ordinal) && !answer.Error.Contains("couldn't find remote ref", StringComparison.Ordinal))
        {
            throw Failed(fetch, answer);
        }
    }

    private async Task<GitOutput> RunAsync(GitProgram git, MirrorFetch fetch, ImmutableArray<string> refs, CancellationToken cancellationToken)
    {
        var call = Call(
            ["fetch", "--quiet", "--prune", "--force", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--refmap=", "--", fetch.Url.Text, .. refs]) with
        {
            Settings = [.. Settings, .. fetch.Settings],
            Timeout = TimeLimit,
        };
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var size = new MirrorSize(path, MaxBytes, time, watch.Cancel);
        try
        {
            var answer = await git.RunAsync(call, watch.Token);
            return size.Look() ? throw TooLarge(fetch) : answer;
        }
        catch (OperationCanceledException) when (size.IsExceeded)
        {
            throw TooLarge(fetch);
        }
    }

    private async Task<bool> HasAsync(GitProgram git, string id, CancellationToken cancellationToken) =>
        (await git.RunAsync(Call(["cat-file", "-e", id]), cancellationToken)).Succeeded;

    private GitCall Call(ImmutableArray<string> arguments) => new(path, arguments) { GitDirectory = path };

    private GradientException TooLarge(MirrorFetch fetch) => new(
        FailureKind.Environment, $"The mirror of {fetch.Url} has more than {MaxBytes >> 20} MiB, so nothing more is fetched.", "Keep data out of the repository's history.");

    /// <summary>Says why a call to a forge's git server failed.</summary>
    /// <param name="fetch">The call.</param>
    /// <param name="answer">What git said.</param>
    /// <param name="what">What it was for, as it goes on after "could not".</param>
    internal static GradientException Failed(MirrorFetch fetch, GitOutput answer, string what = "fetch")
    {
        var remedy = answer.Error switch
        {
            var error when error.Contains("could not read Username", StringComparison.Ordinal) || error.Contains("Authentication failed", StringComparison.Ordinal)
                => "The forge does not let us in: check that the app is installed there, or that the token is valid and may read the contents.",
            var error when error.Contains("redirect", StringComparison.OrdinalIgnoreCase) || error.Contains("returned error: 30", StringComparison.Ordinal)
                => "Redirects are not followed: the repository was moved, and its next event brings the new address.",
            var error when error.Contains("fsck", StringComparison.OrdinalIgnoreCase)
                => "Its history holds an object that git fsck refuses.",
            _ => "Check that the forge can be reached from here.",
        };
        return new GradientException(FailureKind.Environment, fetch.Masked($"git could not {what} {fetch.Url}: {answer.Complaint}."), remedy);
    }
}
