using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Git;

/// <summary>A Git repository, read without executing anything that it says and without touching its files.</summary>
/// <remarks>
/// Contents are the raw blobs: no clean or smudge filter, no line end conversion, no <c>export-ignore</c>.
/// Submodules and LFS pointers are reported, never followed, and nothing is fetched. Safe to use from several threads.
/// All methods throw <see cref="GradientException"/> of kind Environment when the repository is damaged.
/// </remarks>
public sealed class GitRepository : IAsyncDisposable
{
    /// <summary>Where a commit keeps its experiments.</summary>
    public const string ManifestPath = ".gradient.yml";

    /// <summary>The most bytes of a manifest.</summary>
    public const int MaxManifestBytes = 64 << 10;

    private const int MaxCommitBytes = 1 << 20;

    private readonly GitProgram _git;
    private readonly GitPlace _place;
    private readonly ObjectReader _objects;

    private GitRepository(GitProgram git, GitPlace place, string version)
    {
        _git = git;
        _place = place;
        _objects = new ObjectReader(git, place.GitDirectory);
        GitVersion = version;
    }

    /// <summary>The absolute path of the folder with HEAD; of a linked work tree its own.</summary>
    public string GitDirectory => _place.GitDirectory;

    /// <summary>The absolute path of the files, or null for a bare repository.</summary>
    public string? WorkTree => _place.WorkTree;

    /// <summary>Whether the history was cut off by <c>clone --depth</c>.</summary>
    public bool IsShallow => _place.IsShallow;

    /// <summary>The version of git in use: <c>2.39.5</c>.</summary>
    public string GitVersion { get; }

    /// <summary>The absolute path of the hooks, shared by all linked work trees.</summary>
    public string HooksFolder => Path.Combine(_place.CommonDirectory, "hooks");

    /// <summary>The absolute path that stands for the repository; the same for all of its linked work trees.</summary>
    public string Location => _place.Location;

    /// <summary>For people: the folder's name, without <c>.git</c>.</summary>
    public string Name => Path.GetFileName(Location) is var name && name.EndsWith(".git", StringComparison.Ordinal) && name.Length > 4
        ? name[..^4]
        : name;

    internal ObjectReader Objects => _objects;

    /// <summary>The folder that linked work trees share: refs, hooks, configuration.</summary>
    internal string CommonDirectory => _place.CommonDirectory;

    /// <summary>The version of the git on the PATH.</summary>
    /// <exception cref="GradientException">There is none, or it is too old.</exception>
    public static Task<string> ReadGitVersionAsync(CancellationToken cancellationToken) => GitProgram.Find().ReadVersionAsync(cancellationToken);

    /// <summary>Finds the repository that a folder is in; a bare repository too.</summary>
    /// <exception cref="GradientException">
    /// Usage: no such folder, or no repository. Environment: no usable git, another user's repository, a broken one.
    /// </exception>
    public static async Task<GitRepository> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var git = GitProgram.Find();
        var version = await git.ReadVersionAsync(cancellationToken);
        return new GitRepository(git, await GitDiscovery.FindAsync(git, path, cancellationToken), version);
    }

    /// <summary>Finds the commit that a revision names: HEAD, a branch, a tag, the beginning of a sha, <c>main~2</c>.</summary>
    /// <returns>The commit; its ref is the one that was named, or the branch that HEAD is on, or empty.</returns>
    /// <exception cref="GradientException">Usage: it names nothing, or more than one thing.</exception>
    public async Task<Commit> ResolveCommitAsync(string revision, CancellationToken cancellationToken)
    {
        if (revision.Length is 0 or > 1000 || revision[0] is '-' or '^' || revision.Any(char.IsControl))
        {
            throw new GradientException(
                FailureKind.Usage, $"'{PathText.Show(revision)}' is not a revision.", "Name a branch, a tag or the beginning of a commit's sha.");
        }

        var answer = await RunAsync(["rev-parse", "--verify", "--end-of-options", revision + "^{commit}"], cancellationToken);
        if (answer.Error.Contains(" is ambiguous", StringComparison.Ordinal))
        {
            throw new GradientException(
                FailureKind.Usage,
                $"'{revision}' names more than one thing in {Location}.",
                "Give more digits of the sha, or the whole name of the ref, such as refs/heads/main or refs/tags/v1.");
        }

        if (!answer.Succeeded)
        {
            throw await UnknownAsync(revision, answer, cancellationToken);
        }

        var name = await RunAsync(["rev-parse", "--verify", "--symbolic-full-name", "--end-of-options", revision], cancellationToken);
        var reference = name.Succeeded ? name.Text.Trim() : "";
        var commit = await ReadCommitAsync(new CommitSha(answer.Text.Trim()), cancellationToken);
        return commit with { Ref = reference.StartsWith("refs/", StringComparison.Ordinal) ? reference : "" };
    }

    /// <summary>The full name of the branch that HEAD is on, whether it has a commit or not: of a bare repository the default branch. Null when HEAD names a commit.</summary>
    public async Task<string?> FindHeadBranchAsync(CancellationToken cancellationToken)
    {
        var answer = await RunAsync(["symbolic-ref", "--quiet", "HEAD"], cancellationToken);
        return answer.Succeeded && answer.Text.Trim() is var name && name.StartsWith("refs/heads/", StringComparison.Ordinal) ? name : null;
    }

    /// <summary>Reads a commit; its ref is empty, and its parents end where a shallow clone does.</summary>
    public async Task<Commit> ReadCommitAsync(CommitSha sha, CancellationToken cancellationToken)
    {
        var bytes = await _objects.ReadAsync(sha.Value, "commit", MaxCommitBytes, cancellationToken)
            ?? throw new GradientException(
                FailureKind.Environment, $"Commit {sha.Short} is larger than {MaxCommitBytes >> 20} MiB.", "Write a shorter message.");
        var commit = GitListings.Commit(sha, bytes);
        return await IsCutOffAsync(sha, cancellationToken) ? commit with { Parents = [] } : commit;
    }

    /// <summary>The best common ancestor, or null when the known histories have none.</summary>
    public async Task<CommitSha?> MergeBaseAsync(CommitSha a, CommitSha b, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(["merge-base", "--end-of-options", a.Value, b.Value], cancellationToken);
        return answer.ExitCode == 1 ? null : new CommitSha(Checked(answer, "compare two histories").Text.Trim());
    }

    /// <summary>The commits before it on the same branch (first parents), nearest first, without itself.</summary>
    public async Task<ImmutableArray<CommitSha>> ListAncestorsAsync(CommitSha from, int max, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(
            ["rev-list", "--first-parent", "--skip=1", $"--max-count={max.ToString(CultureInfo.InvariantCulture)}", "--end-of-options", from.Value],
            cancellationToken);
        return [.. Checked(answer, "list the history").Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => new CommitSha(line))];
    }

    /// <summary>One file of a commit, or null when it has none at that path.</summary>
    public async Task<TreeEntry?> FindFileAsync(CommitSha commit, string path, CancellationToken cancellationToken)
    {
        if (path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Any(name => name is "" or "." or ".."))
        {
            return null;
        }

        var answer = await RunAsync(["ls-tree", "-z", "-l", "--full-tree", commit.Value, "--", path], cancellationToken);
        return GitListings.Tree(Checked(answer, "list the files").Output).FirstOrDefault(entry => entry.Path == path);
    }

    /// <summary>The bytes of a blob.</summary>
    /// <exception cref="GradientException">Usage: it has more than <paramref name="maxBytes"/>.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadBlobAsync(string objectId, long maxBytes, CancellationToken cancellationToken) =>
        await _objects.ReadAsync(objectId, "blob", maxBytes, cancellationToken)
        ?? throw new GradientException(
            FailureKind.Usage, $"Object {objectId} of {Location} is larger than {maxBytes} bytes.", "Commit a smaller file.");

    /// <summary>The bytes of the commit's manifest.</summary>
    /// <exception cref="GradientException">Usage: there is none, it is not a file, or it is too large.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadManifestAsync(CommitSha commit, CancellationToken cancellationToken)
    {
        var entry = await FindFileAsync(commit, ManifestPath, cancellationToken)
            ?? throw new GradientException(
                FailureKind.Usage,
                $"Commit {commit.Short} has no {ManifestPath}.",
                $"Commit one (gradientci init writes it), or name another commit with --commit.");
        if (entry.Mode is not (TreeEntryMode.Regular or TreeEntryMode.Executable))
        {
            throw new GradientException(
                FailureKind.Usage,
                $"In commit {commit.Short}, {ManifestPath} is a {(entry.Mode == TreeEntryMode.SymbolicLink ? "symbolic link" : "submodule")}.",
                "Commit the file itself: it is read from the commit, where links lead nowhere.");
        }

        return entry.Size > MaxManifestBytes
            ? throw new GradientException(
                FailureKind.Usage,
                $"In commit {commit.Short}, {ManifestPath} has {entry.Size} bytes; at most {MaxManifestBytes} are read.",
                "Move data and scripts into files of their own.")
            : await ReadBlobAsync(entry.ObjectId, MaxManifestBytes, cancellationToken);
    }

    /// <summary>All files of a commit, in Git's order.</summary>
    public async Task<ImmutableArray<TreeEntry>> ListTreeAsync(CommitSha commit, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(["ls-tree", "-r", "-z", "-l", "--full-tree", commit.Value], cancellationToken);
        return GitListings.Tree(Checked(answer, "list the files").Output);
    }

    /// <summary>What a report should mention about a commit's files: submodules, LFS pointers, odd names. One sentence each.</summary>
    public async Task<ImmutableArray<string>> ListNoticesAsync(CommitSha commit, CancellationToken cancellationToken) =>
        await ListNoticesAsync(await ListTreeAsync(commit, cancellationToken), cancellationToken);

    /// <summary>The same of files that were listed already.</summary>
    public Task<ImmutableArray<string>> ListNoticesAsync(ImmutableArray<TreeEntry> tree, CancellationToken cancellationToken) =>
        TreeNotices.ListAsync(_objects, tree, cancellationToken);

    /// <summary>How the files differ between two commits, by path; renames are recognised.</summary>
    /// <remarks>
    /// A file is binary when Git finds a zero byte in it or it is larger than 32 MiB; attributes do not count.
    /// In paths, control characters and bytes that are not UTF-8 are written as <c>\351</c>.
    /// </remarks>
    public async Task<ImmutableArray<FileChange>> ListChangesAsync(CommitSha from, CommitSha to, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(
            ["diff-tree", "-r", "-z", "--raw", "--numstat", "--find-renames", "-l1000", "--no-ext-diff", "--no-textconv", "--end-of-options", from.Value, to.Value],
            cancellationToken);
        return GitListings.Changes(Checked(answer, "compare two commits").Output);
    }

    /// <summary>Paths of the work tree that HEAD does not hold as they are; a folder of new files counts as one.</summary>
    /// <remarks>
    /// Git compares sizes and times with its index and reads only what differs, without filters: a file under LFS
    /// that was touched but not changed may be listed. Submodules are not looked into.
    /// </remarks>
    public async Task<ImmutableArray<string>> ListUncommittedAsync(CancellationToken cancellationToken)
    {
        if (WorkTree is null)
        {
            return [];
        }

        var call = Call(["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=normal", "--ignore-submodules=all", "--ignored=no"]) with
        {
            Folder = WorkTree,
            WorkTree = WorkTree,
            Settings = await DisabledFiltersAsync(cancellationToken),
        };
        return GitListings.Status(Checked(await _git.RunAsync(call, cancellationToken), "compare the work tree with HEAD").Output);
    }

    /// <summary>The addresses that the repository's remotes are fetched from, as they are configured; perhaps with a password.</summary>
    public async Task<ImmutableArray<string>> ListRemotesAsync(CancellationToken cancellationToken)
    {
        // Exit code 1 says that there are none.
        var answer = await RunAsync(["config", "--get-regexp", "-z", @"^remote\..*\.url$"], cancellationToken);
        return answer.Succeeded
            ? [.. GitListings.Fields(answer.Output).Select(field => field[(field.IndexOf('\n', StringComparison.Ordinal) + 1)..]).Where(url => url.Length > 0)]
            : [];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _objects.DisposeAsync();

    internal Task<long> CopyBlobAsync(string objectId, SafeFileHandle file, CancellationToken cancellationToken) =>
        _objects.CopyAsync(objectId, file, cancellationToken);

    internal GitCall Call(ImmutableArray<string> arguments) => new(GitDirectory, arguments) { GitDirectory = GitDirectory };

    internal Task<GitOutput> RunAsync(ImmutableArray<string> arguments, CancellationToken cancellationToken) => RunAsync(Call(arguments), cancellationToken);

    internal Task<GitOutput> RunAsync(GitCall call, CancellationToken cancellationToken) => _git.RunAsync(call, cancellationToken);

    internal GitOutput Checked(GitOutput output, string what) => output.Succeeded
        ? output
        : throw new GradientException(
            FailureKind.Environment,
            $"git could not {what} in {Location}: {output.Complaint}.",
            IsShallow ? "Run git fetch --unshallow, or check the repository with git fsck." : "Check the repository with git fsck, or clone it again.");

    // Filter drivers have names of the repository's choosing, so each one that is configured is switched off by name.
    private async Task<ImmutableArray<KeyValuePair<string, string>>> DisabledFiltersAsync(CancellationToken cancellationToken)
    {
        var answer = await RunAsync(["config", "--list", "--name-only", "-z"], cancellationToken);
        string[] keys = [.. GitListings.Fields(Checked(answer, "read the configuration").Output)
            .Where(key => key.StartsWith("filter.", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)];
        return [.. Array.ConvertAll(keys, key => KeyValuePair.Create(key, key.EndsWith(".required", StringComparison.Ordinal) ? "false" : ""))];
    }

    private async Task<bool> IsCutOffAsync(CommitSha sha, CancellationToken cancellationToken) => IsShallow
        && (await File.ReadAllLinesAsync(Path.Combine(_place.CommonDirectory, "shallow"), cancellationToken)).Contains(sha.Value, StringComparer.Ordinal);

    private async Task<GradientException> UnknownAsync(string revision, GitOutput answer, CancellationToken cancellationToken)
    {
        var refs = await RunAsync(["for-each-ref", "--count=1"], cancellationToken);
        if (refs.Succeeded && refs.Output.IsEmpty && revision is "HEAD" or "@")
        {
            return new GradientException(
                FailureKind.Usage, $"The repository {Location} has no commit yet.", $"Commit your files, {ManifestPath} among them.");
        }

        // An object that is named but missing makes git complain about more than the name.
        return answer.Error.Contains("Needed a single revision", StringComparison.Ordinal)
            ? new GradientException(
                FailureKind.Usage,
                $"'{revision}' names no commit in {Location}.",
                IsShallow
                    ? "The clone is shallow: git fetch --unshallow brings older commits."
                    : "List what there is with git branch --all, git tag or git log.")
            : new GradientException(
                FailureKind.Environment,
                $"git could not find '{revision}' in {Location}: {answer.Complaint}.",
                "Check the repository with git fsck, or clone it again.");
    }
}
