using GradientCI.Specs;

namespace GradientCI.Webhook.Triggers;

/// <summary>Which pull requests an experiment's <c>on.pull_request</c> asks for.</summary>
public static class PullRequestRules
{
    /// <summary>Whether it asks for pull requests into the branch.</summary>
    public static bool Wants(this PullRequestTrigger trigger, string baseBranch) =>
        GlobFilter.Passes(baseBranch, trigger.Branches, trigger.BranchesIgnore);

    /// <summary>Whether the changed paths have a say.</summary>
    public static bool LooksAtPaths(this PullRequestTrigger trigger) => !(trigger.Paths.IsEmpty && trigger.PathsIgnore.IsEmpty);

    /// <summary>Whether one of the paths that the pull request changes counts.</summary>
    public static bool WantsOneOf(this PullRequestTrigger trigger, IEnumerable<string> changedPaths) =>
        GlobFilter.PassesOneOf(changedPaths, trigger.Paths, trigger.PathsIgnore);
}
