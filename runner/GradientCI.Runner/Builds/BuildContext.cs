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
    private const int FormatVersion = 1;
    private const string IgnoreFile = ".dockerignore";

    private BuildContext(ImmutableArray<TreeEntry> files, string dockerfile, ImmutableArray<string> baseImages, string digest)
    {
        Files = files;
        Dockerfile = dockerfile;
        BaseImages = baseImages;
        Digest = digest;
    }

    /// <summary>The files, with their paths within the context.</summary>
    public ImmutableArray<TreeEntry> Files { get; }

    /// <summary>The Dockerfile's path within the context.</summary>
    public string Dockerfile { get; }

    /// <summary>The images that its stages begin with.</summary>
    public ImmutableArray<string> BaseImages { get; }

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
        ContextBounds.Check(files, commit, "Leave out what the image does not need with a .dockerignore, or name a smaller folder as build.context.");
        return new BuildContext(files, dockerfile, Builds.BaseImages.Of(text, build.Args), DigestOf(files, dockerfile, build));
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
