using System.Collections.Immutable;

namespace GradientCI.Specs;

/// <summary>What to compare with when the base commit has no run.</summary>
public enum BaselineMode
{
    /// <summary>Compare only with a run that exists.</summary>
    Reuse,

    /// <summary>Run the base commit too.</summary>
    Run,
}

/// <summary>When a commit becomes a run. The default is every push and every pull request.</summary>
public sealed record TriggerSpec
{
    /// <summary>Which pushes, or null for none.</summary>
    public PushTrigger? Push { get; init; } = new();

    /// <summary>Which pull requests, or null for none.</summary>
    public PullRequestTrigger? PullRequest { get; init; } = new();

    /// <summary>A cron line in UTC, or null.</summary>
    public string? Schedule { get; init; }

    /// <summary>Whether a comment may start it.</summary>
    public bool Comment { get; init; }
}

/// <summary>Which pushes start a run. Empty filters let everything through.</summary>
public sealed record PushTrigger
{
    /// <summary>Branch globs.</summary>
    public ImmutableArray<string> Branches { get; init; } = [];

    /// <summary>Branch globs that are left out.</summary>
    public ImmutableArray<string> BranchesIgnore { get; init; } = [];

    /// <summary>Tag globs.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Tag globs that are left out.</summary>
    public ImmutableArray<string> TagsIgnore { get; init; } = [];

    /// <summary>Path globs, one of which the push must touch.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>Path globs that do not count as touched.</summary>
    public ImmutableArray<string> PathsIgnore { get; init; } = [];

    /// <summary>Whether every commit of the push is a run, or only its tip.</summary>
    public bool EveryCommit { get; init; }
}

/// <summary>Which pull requests start a run.</summary>
public sealed record PullRequestTrigger
{
    /// <summary>Globs of base branches; empty for all.</summary>
    public ImmutableArray<string> Branches { get; init; } = [];

    /// <summary>Globs of base branches that are left out.</summary>
    public ImmutableArray<string> BranchesIgnore { get; init; } = [];

    /// <summary>Path globs, one of which the pull request must touch.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>Path globs that do not count as touched.</summary>
    public ImmutableArray<string> PathsIgnore { get; init; } = [];

    /// <summary>Whether a fork's code may run after approval, or never.</summary>
    public bool ForksAfterApproval { get; init; } = true;
}
