using System.Collections.Immutable;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>Whether pushes to a repository start runs.</summary>
/// <param name="Path">Where the hook is, or would be.</param>
/// <param name="DataFolder">The data folder that pushes are recorded in; null when the hook is not installed.</param>
/// <param name="Program">The program that it starts workers with; null when it is not installed.</param>
/// <param name="EarlierHook">The hook that was there before and is called, or null.</param>
/// <param name="Problems">What keeps it from working, a sentence each, and what to do.</param>
public sealed record HookStatus(string Path, string? DataFolder, string? Program, string? EarlierHook, ImmutableArray<HookProblem> Problems)
{
    /// <summary>Whether our hook is there.</summary>
    public bool IsInstalled => DataFolder is not null;
}

/// <summary>Something that keeps the hook from working.</summary>
/// <param name="Message">One sentence.</param>
/// <param name="Remedy">What to do; starts with a verb.</param>
public sealed record HookProblem(string Message, string Remedy);
