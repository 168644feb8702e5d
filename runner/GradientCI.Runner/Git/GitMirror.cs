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
    public async Task<MirrorFetchOutcome> FetchAsync(MirrorFetch fetch, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var turn = await TakeTurnAsync(cancellationToken);
            var git = GitProgram.Find();
            var folder = new MirrorFolder(path, git);
            await folder.MakeAsync(cancellationToken);
            folder.RemoveLeftovers();
            await new MirrorPruning(path, folder, time).PruneAsync(cancellationToken);
            var outcome = await new MirrorDownload(path, git, fetch, time) { TimeLimit = TimeLimit, MaxBytes = MaxBytes }.RunAsync(cancellationToken);
            await folder.JoinPacksAsync(MostPacks, cancellationToken);
            return outcome;
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
        var git = GitProgram.Find();
        new MirrorFolder(path, git).RemoveStaleLock(MirrorRefs.Keep(sha), time.GetUtcNow());
        var answer = await git.RunAsync(Call(["update-ref", MirrorRefs.Keep(sha), sha.Value]), cancellationToken);
        if (!answer.Succeeded)
        {
            throw new GradientException(
                FailureKind.Environment, $"Commit {sha.Short} could not be kept in the mirror {path}: {answer.Complaint}.", "Check the disk's free space, and the mirror with git fsck.");
        }
    }

    /// <summary>Lets go of a pull request's head, once it is closed: of its commits those that are kept stay, and the others for some weeks.</summary>
    /// <exception cref="GradientException">Nothing can be written, or another process has been fetching for too long.</exception>
    public async Task ForgetPullRequestAsync(int number, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        using var turn = await TakeTurnAsync(cancellationToken);
        var git = GitProgram.Find();
        new MirrorFolder(path, git).RemoveLeftovers();
        var answer = await git.RunAsync(Call(["update-ref", "-d", MirrorRefs.PullRequest(number)]), cancellationToken);
        if (!answer.Succeeded)
        {
            throw new GradientException(
                FailureKind.Environment, $"The head of pull request {number} could not be removed from the mirror {path}: {answer.Complaint}.", "Check the disk's free space, and the mirror with git fsck.");
        }
    }

    /// <summary>Whether an object is there.</summary>
    /// <exception cref="GradientException">There is no git, or it took too long.</exception>
    public async Task<bool> HasAsync(string id, CancellationToken cancellationToken) =>
        (await GitProgram.Find().RunAsync(Call(["cat-file", "-e", id]), cancellationToken)).Succeeded;

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

    private GitCall Call(ImmutableArray<string> arguments) => new(path, arguments) { GitDirectory = path };
}
