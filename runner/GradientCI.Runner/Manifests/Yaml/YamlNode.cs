using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace GradientCI.Runner.Manifests.Yaml;

/// <summary>Line and column, both from 1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(int Line, int Column);

/// <summary>A piece of YAML and where it stands. An alias is the very node of its anchor.</summary>
/// <param name="place">Where it begins.</param>
/// <param name="size">Nodes in it, itself included, aliases counted at full size.</param>
internal abstract class YamlNode(Place place, int size)
{
    public Place Place { get; } = place;

    public int Size { get; } = size;

    /// <summary>What people call it.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether the file says nothing here: <c>key:</c>, <c>~</c>, <c>null</c>.</summary>
    public bool IsNothing => this is YamlScalar scalar && CoreSchema.IsNull(scalar);

    /// <summary>The node under a path of keys, or the deepest there is on the way.</summary>
    public YamlNode Nearest(params ReadOnlySpan<string> keys)
    {
        var node = this;
        foreach (var key in keys)
        {
            if (node is not YamlMapping mapping || mapping[key] is not { } child)
            {
                break;
            }

            node = child;
        }

        return node;
    }
}

/// <summary>A plain or quoted value.</summary>
internal sealed class YamlScalar(Place place, string text, bool isPlain) : YamlNode(place, 1)
{
    public string Text { get; } = text;

    /// <summary>Whether it was written without quotes, so that <c>8</c> is a number.</summary>
    public bool IsPlain { get; } = isPlain;

    public override string Kind => IsNothing ? "nothing" : Excerpt.Of(Text);
}

/// <summary>A list.</summary>
internal sealed class YamlSequence(Place place, ImmutableArray<YamlNode> items) : YamlNode(place, 1 + items.Sum(item => item.Size))
{
    public ImmutableArray<YamlNode> Items { get; } = items;

    public override string Kind => "a list";
}

/// <summary>A map; its keys are texts and each stands once.</summary>
internal sealed class YamlMapping(Place place, ImmutableArray<KeyValuePair<YamlScalar, YamlNode>> entries)
    : YamlNode(place, 1 + entries.Sum(entry => 1 + entry.Value.Size))
{
    public ImmutableArray<KeyValuePair<YamlScalar, YamlNode>> Entries { get; } = entries;

    public override string Kind => "a map";

    public YamlNode? this[string key] => Entries.FirstOrDefault(entry => entry.Key.Text == key).Value;

    /// <summary>The keys of the map under a path, or none.</summary>
    public IEnumerable<string> NamesUnder(params ReadOnlySpan<string> path)
    {
        YamlNode? node = this;
        foreach (var key in path)
        {
            node = (node as YamlMapping)?[key];
        }

        return node is YamlMapping mapping ? mapping.Entries.Select(entry => entry.Key.Text) : [];
    }
}
