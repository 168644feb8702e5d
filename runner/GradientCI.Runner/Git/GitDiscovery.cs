namespace GradientCI.Runner.Git;

/// <summary>Where a repository is.</summary>
/// <param name="GitDirectory">The folder with HEAD; of a linked work tree its own.</param>
/// <param name="WorkTree">The folder with the files, or null for a bare repository.</param>
/// <param name="IsShallow">Whether its history was cut off.</param>
internal sealed record GitPlace(string GitDirectory, string? WorkTree, bool IsShallow)
{
    /// <summary>The folder that linked work trees share with the repository they came from.</summary>
    public string CommonDirectory { get; } = File.Exists(Path.Combine(GitDirectory, "commondir"))
        ? Path.GetFullPath(File.ReadAllText(Path.Combine(GitDirectory, "commondir")).TrimEnd('\n'), GitDirectory)
        : GitDirectory;

    /// <summary>The folder that people think of: a linked work tree counts as the repository it came from.</summary>
    public string Location => WorkTree is not null && CommonDirectory == GitDirectory ? WorkTree
        : Path.GetFileName(CommonDirectory) == ".git" ? Path.GetDirectoryName(CommonDirectory)!
        : CommonDirectory;
}

/// <summary>Finds the repository that a folder is in.</summary>
/// <remarks>
/// The climb is ours, so that the work tree is the folder in which <c>.git</c> was found, whatever
/// <c>core.worktree</c> claims; git itself judges each candidate and its owner.
/// </remarks>
internal static class GitDiscovery
{
    public static async Task<GitPlace> FindAsync(GitProgram git, string path, CancellationToken cancellationToken)
    {
        var start = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(start))
        {
            throw new GradientException(FailureKind.Usage, $"There is no folder {start}.", "Name the folder of a Git repository.");
        }

        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var hasWorkTree = Path.Exists(Path.Combine(folder, ".git"));
            if ((hasWorkTree || LooksBare(folder)) && await AskAsync(git, folder, hasWorkTree, cancellationToken) is { } place)
            {
                return place;
            }
        }

        throw new GradientException(
            FailureKind.Usage, $"{start} is not in a Git repository.", "Run git init there, or name a repository with --repo DIR.");
    }

    private static bool LooksBare(string folder) => File.Exists(Path.Combine(folder, "HEAD"))
        && Directory.Exists(Path.Combine(folder, "objects")) && Directory.Exists(Path.Combine(folder, "refs"));

    private static async Task<GitPlace?> AskAsync(GitProgram git, string folder, bool hasWorkTree, CancellationToken cancellationToken)
    {
        // The only call that reads the user's own configuration: safe.directory is theirs to say.
        var call = new GitCall(folder, ["rev-parse", "--is-shallow-repository", "--absolute-git-dir"]) { ReadsUserConfiguration = true };
        var answer = await git.RunAsync(call, cancellationToken);
        if (answer.Succeeded)
        {
            var lines = answer.Text.Split('\n', 2);
            return new GitPlace(lines[1].TrimEnd('\n'), hasWorkTree ? folder : null, lines[0] == "true");
        }

        if (answer.Error.Contains("dubious ownership", StringComparison.Ordinal))
        {
            throw new GradientException(
                FailureKind.Environment,
                $"The repository {folder} belongs to another user.",
                $"Run gradientci as its owner or, if you trust whoever can write there: git config --global --add safe.directory {folder}");
        }

        return answer.Error.Contains("not a git repository", StringComparison.Ordinal)
            ? null
            : throw new GradientException(
                FailureKind.Environment, $"git cannot use the repository {folder}: {answer.Complaint}.", "Repair it, or clone it again.");
    }
}
