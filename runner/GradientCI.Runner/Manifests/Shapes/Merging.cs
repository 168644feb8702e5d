using System.Collections.Immutable;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>Lays the keys of an experiment over those of the defaults.</summary>
internal static class Merging
{
    /// <remarks>Keys of the defaults without a shape are unknown, which was reported where they stand. One of several
    /// alternatives drives out the others.</remarks>
    public static YamlNode Of(YamlNode lower, YamlNode upper, Func<string, Shape?> shapeOf, IEnumerable<Alternatives> alternatives)
    {
        if (lower is not YamlMapping below || upper is not YamlMapping above)
        {
            return upper;
        }

        var chosen = above.Entries.ToDictionary(entry => entry.Key.Text, StringComparer.Ordinal);
        var driven = alternatives.Where(group => group.Keys.Any(chosen.ContainsKey)).SelectMany(group => group.Keys).ToHashSet(StringComparer.Ordinal);
        var merged = ImmutableArray.CreateBuilder<KeyValuePair<YamlScalar, YamlNode>>();
        foreach (var entry in below.Entries)
        {
            if (shapeOf(entry.Key.Text) is not { } shape)
            {
                continue;
            }

            if (chosen.Remove(entry.Key.Text, out var own))
            {
                merged.Add(KeyValuePair.Create(own.Key, shape.Merge(entry.Value, own.Value)));
            }
            else if (!driven.Contains(entry.Key.Text))
            {
                merged.Add(entry);
            }
        }

        merged.AddRange(above.Entries.Where(entry => chosen.ContainsKey(entry.Key.Text)));
        return new YamlMapping(above.Place, merged.ToImmutable());
    }
}
