using System.Collections.Immutable;
using GradientCI.Specs;

namespace GradientCI.Webhook.Triggers;

/// <summary>Which refs, commits and paths of a push an experiment's <c>on.push</c> asks for.</summary>
/// <remarks>
/// As on GitHub: globs for branches alone leave tags out, and the other way round; tags have no paths. Unlike there, a tag
/// starts something only when <c>tags</c> or <c>tags-ignore</c> asks for it: it mostly names a commit that has run as a branch.
/// </remarks>
public static class PushRules
{
    private static readonly ImmutableArray<string> SkipMarkers = ["[skip gradient]", "[skip ci]"];

    /// <summary>Whether the ref is asked for.</summary>
    public static bool Wants(this PushTrigger push, RefUpdate update) => update.Kind switch
    {
        RefKind.Branch => (push.NamesBranches || !push.NamesTags) && GlobFilter.Passes(update.Name, push.Branches, push.BranchesIgnore),
        RefKind.Tag => push.NamesTags && GlobFilter.Passes(update.Name, push.Tags, push.TagsIgnore),
        _ => false,
    };

    /// <summary>Whether the changed paths have a say.</summary>
    public static bool LooksAtPaths(this PushTrigger push, RefUpdate update) =>
        update.Kind == RefKind.Branch && !(push.Paths.IsEmpty && push.PathsIgnore.IsEmpty);

    /// <summary>Whether one of the changed paths counts: it matches <c>paths</c>, if given, and is not left out.</summary>
    public static bool WantsOneOf(this PushTrigger push, IEnumerable<string> changedPaths) => GlobFilter.PassesOneOf(changedPaths, push.Paths, push.PathsIgnore);

    /// <summary>The marker in a commit's message by which its author wants nothing run; null when there is none.</summary>
    public static string? FindSkipMarker(string message) =>
        SkipMarkers.FirstOrDefault(marker => message.Contains(marker, StringComparison.OrdinalIgnoreCase));

    extension(PushTrigger push)
    {
        private bool NamesBranches => !(push.Branches.IsEmpty && push.BranchesIgnore.IsEmpty);

        private bool NamesTags => !(push.Tags.IsEmpty && push.TagsIgnore.IsEmpty);
    }
}
