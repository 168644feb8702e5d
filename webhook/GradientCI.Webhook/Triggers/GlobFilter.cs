using System.Collections.Immutable;
using GradientCI.Runner.Globs;

namespace GradientCI.Webhook.Triggers;

/// <summary>A list of globs, and one of what is left out of it; an empty first list lets everything in.</summary>
internal static class GlobFilter
{
    public static bool Passes(string name, ImmutableArray<string> wanted, ImmutableArray<string> ignored) => PassesOneOf([name], wanted, ignored);

    public static bool PassesOneOf(IEnumerable<string> names, ImmutableArray<string> wanted, ImmutableArray<string> ignored)
    {
        var (lets, leaves) = (Globs(wanted), Globs(ignored));
        return names.Any(name => (lets.IsEmpty || lets.Any(glob => glob.IsMatch(name))) && !leaves.Any(glob => glob.IsMatch(name)));
    }

    private static ImmutableArray<Glob> Globs(ImmutableArray<string> patterns) => [.. patterns.Select(pattern => new Glob(pattern))];
}
