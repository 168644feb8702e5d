using GradientCI.Experiments;

namespace GradientCI.Runner.Git;

/// <summary>Which commits those who may push to a repository have put there; a mirror also holds those of strangers.</summary>
public sealed class PublishedCommits(GitRepository repository)
{
    /// <summary>Whether a branch or a tag leads to a commit.</summary>
    /// <exception cref="GradientException">The repository is damaged.</exception>
    public async Task<bool> ContainAsync(CommitSha sha, CancellationToken cancellationToken)
    {
        var answer = await repository.RunAsync(["rev-list", "--max-count=1", sha.Value, "--not", "--branches", "--tags"], cancellationToken);
        return repository.Checked(answer, "look for the branches of a commit").Output.IsEmpty;
    }
}
