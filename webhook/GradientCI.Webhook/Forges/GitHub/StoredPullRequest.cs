using GradientCI.Experiments;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub;

/// <summary>A pull request of GitHub's as our store keeps it.</summary>
internal static class StoredPullRequest
{
    /// <exception cref="ForgeException">It names a commit as no git does.</exception>
    public static Stores.PullRequest ToStored(this PullRequest pull, ProjectId project) => new()
    {
        Project = project,
        Number = pull.Number,
        Head = Sha(pull.Head.Sha),
        HeadRef = pull.Head.Ref,
        HeadRepository = pull.Head.Repo?.FullName ?? "",
        IsFork = pull.Head.Repo is not { } head || head.Id != pull.Base.Repo?.Id,
        BaseRef = pull.Base.Ref,
        Base = Sha(pull.Base.Sha),
        Author = pull.User?.Login ?? "",
        IsOpen = pull.State == "open",
        IsDraft = pull.Draft,
        UpdatedAt = pull.UpdatedAt,
    };

    private static CommitSha Sha(string text)
    {
        try
        {
            return new CommitSha(text);
        }
        catch (FormatException problem)
        {
            throw new ForgeException(ForgeProblem.Unavailable, "GitHub names a commit as no git does.", problem);
        }
    }
}
