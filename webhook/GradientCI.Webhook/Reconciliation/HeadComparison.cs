using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Reconciliation;

/// <summary>How the refs of a repository differ from what we heard of; pure.</summary>
internal sealed record HeadComparison
{
    private const string PullPrefix = "refs/pull/";
    private const string PullSuffix = "/head";

    /// <summary>Branches and tags that are new or name something else, by name.</summary>
    public required ImmutableArray<RefUpdate> Pushed { get; init; }

    /// <summary>Pull requests whose head is new or another, by number.</summary>
    public required ImmutableSortedDictionary<int, string> Pulled { get; init; }

    /// <summary>Refs that are gone.</summary>
    public required ImmutableArray<string> Gone { get; init; }

    /// <summary>Compares.</summary>
    /// <param name="known">What we heard of.</param>
    /// <param name="listed">What the forge lists; what no git would list is left out.</param>
    public static HeadComparison Of(KnownHeads known, IReadOnlyDictionary<string, string> listed)
    {
        var (pushed, pulled) = (ImmutableArray.CreateBuilder<RefUpdate>(), ImmutableSortedDictionary.CreateBuilder<int, string>());
        foreach (var (name, @object) in listed.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var old = known.Objects.GetValueOrDefault(name) ?? new string('0', @object.Length);
            if (old == @object || RefUpdate.TryMake(old, @object, name) is not { } update)
            {
                continue;
            }

            if (update.Kind != RefKind.Other)
            {
                pushed.Add(update);
            }
            else if (NumberOf(name) is { } number)
            {
                pulled[number] = @object;
            }
        }

        return new HeadComparison
        {
            Pushed = pushed.ToImmutable(),
            Pulled = pulled.ToImmutable(),
            Gone = [.. known.Objects.Keys.Where(name => !listed.ContainsKey(name))],
        };
    }

    /// <summary>The ref of a pull request's head.</summary>
    public static string RefOf(int number) => $"{PullPrefix}{number}{PullSuffix}";

    private static int? NumberOf(string name) =>
        name.StartsWith(PullPrefix, StringComparison.Ordinal) && name.EndsWith(PullSuffix, StringComparison.Ordinal) && name.Length > PullPrefix.Length + PullSuffix.Length
        && int.TryParse(name.AsSpan()[PullPrefix.Length..^PullSuffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
