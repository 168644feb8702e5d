using System.Collections.Immutable;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;
using GradientCI.Runner.Workspaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Builds;

/// <summary>What an image is built from: files of a commit, and how to build.</summary>
/// <remarks>Files come from the commit's blobs, never from a folder. Links stay links, submodules are left out.</remarks>
internal sealed class BuildContext
{
    /// <summary>The most bytes of all files.</summary>
    public const long MaxBytes = 2L << 30;

    /// <summary>The most files.</summary>
    public const int MaxFiles = 100_000;

    private const int FormatVersion = 1;
    private const string IgnoreFile = ".dockerignore";

    private BuildContext(ImmutableArray<TreeEntry> files, string dockerfile, string digest)
    {
        Files = files;
        Dockerfile = dockerfile;
        Digest = digest;
    }

    /// <summary>The files, with their paths within the context.</summary>
    public ImmutableArray<TreeEntry> Files { get; }

    /// <summary>The Dockerfile's path within the context.</summary>
    public string Dockerfile { get; }

    /// <summary>SHA-256, hexadecimal, of the files and of how to build: two commits that agree in them share an image.</summary>
    public string Digest { get; }

    /// <summary>Looks through a commit.</summary>
    /// <param name="repository">Whose it is.</param>
    /// <param name="commit">Which.</param>
    /// <param name="build">What the manifest says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">Usage: a file is missing, there is too much, or a name cannot be sent. Environment: Git broke.</exception>
    public static async Task<BuildContext> ReadAsync(GitRepository repository, CommitSha commit, BuildSpec build, CancellationToken cancellationToken)
    {
        var tree = await repository.ListTreeAsync(commit, cancellationToken);

        // Refuses names that would lead out of whatever they are unpacked in.
        _ = CommitTree.Build(tree, commit.Short);
        var folder = Normal(build.Context);
        var start = folder.Length == 0 ? "" : folder + '/';
        var below = tree.Where(entry => entry.Path.StartsWith(start, StringComparison.Ordinal) && entry.Mode != TreeEntryMode.Submodule)
            .Select(entry => entry with { Path = entry.Path[start.Length..] })
            .ToList();
        var dockerfile = Normal(build.Dockerfile);
        if (Find(below, dockerfile) is not { } instructions)
        {
            throw new GradientException(
                FailureKind.Usage, $"Commit {commit.Short} has no file '{PathText.Show(start + dockerfile)}' to build the image by.",
                "Commit it, or correct build.dockerfile, which is a path inside of build.context.");
        }

        var text = Encoding.UTF8.GetString((await repository.ReadBlobAsync(instructions.ObjectId, Builds.Dockerfile.MaxBytes, cancellationToken)).Span);
        if (Builds.Dockerfile.FindProblem(text) is { } problem)
        {
            throw new GradientException(FailureKind.Usage, problem, "Use COPY for what is in the commit, and RUN, on a network that builds are given, for what is not.");
        }

        var ignore = await ReadIgnoreFileAsync(repository, below, cancellationToken);
        ImmutableArray<TreeEntry> files = [.. below
            .Where(entry => entry.Path == dockerfile || entry.Path == IgnoreFile || !ignore.Excludes(entry.Path))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        Check(files, commit);
        return new BuildContext(files, dockerfile, DigestOf(files, dockerfile, build));
    }

    private static void Check(ImmutableArray<TreeEntry> files, CommitSha commit)
    {
        var bytes = files.Sum(entry => Math.Max(0, entry.Size));
        if (files.Length > MaxFiles || bytes > MaxBytes)
        {
            throw new GradientException(
                FailureKind.Usage,
                $"An image of commit {commit.Short} would be built from {files.Length} files with {bytes >> 20} MiB; at most {MaxFiles} files and {MaxBytes >> 20} MiB are sent.",
                "Leave out what the image does not need with a .dockerignore, or name a smaller folder as build.context.");
        }

        // Tar knows no other names that every Engine reads alike.
        if (files.FirstOrDefault(entry => !PathText.Encode(entry.Path).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(entry.Path))) is { } odd)
        {
            throw new GradientException(
                FailureKind.Usage, $"The file '{PathText.Show(odd.Path)}' of commit {commit.Short} has a name that is not UTF-8, and cannot be sent to a build.",
                "Rename it, or leave it out with a .dockerignore.");
        }
    }

    private static async Task<DockerIgnore> ReadIgnoreFileAsync(GitRepository repository, List<TreeEntry> files, CancellationToken cancellationToken)
    {
        return DockerIgnore.Parse(Find(files, IgnoreFile) is { } file
            ? Encoding.UTF8.GetString((await repository.ReadBlobAsync(file.ObjectId, DockerIgnore.MaxBytes, cancellationToken)).Span)
            : "");
    }

    private static TreeEntry? Find(List<TreeEntry> files, string path) =>
        files.Find(entry => entry.Path == path && entry.Mode is (TreeEntryMode.Regular or TreeEntryMode.Executable));

    private static string DigestOf(ImmutableArray<TreeEntry> files, string dockerfile, BuildSpec build)
    {
        using var digest = new DigestBuilder();
        digest.Add(FormatVersion).Add(dockerfile).Add(build.Target).Add(build.Args.Count);
        foreach (var (name, value) in build.Args)
        {
            digest.Add(name).Add(value);
        }

        foreach (var file in files)
        {
            digest.Add(file.Path).Add((long)file.Mode).Add(file.ObjectId);
        }

        return digest.Finish();
    }

    private static string Normal(string path) => string.Join('/', path.Split('/').Where(name => name is not ("" or ".")));
}
