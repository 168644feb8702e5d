using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GradientCI.Runner.Masking;

namespace GradientCI.Runner.Secrets;

/// <summary>What a run or one of its attempts is given, by name. Its text shows nothing of it.</summary>
public sealed class RunSecrets
{
    private readonly Lazy<SecretMasker> _masker;

    internal RunSecrets(ImmutableSortedDictionary<string, string> values)
    {
        Values = values;
        _masker = new Lazy<SecretMasker>(() => values.IsEmpty ? SecretMasker.None : new SecretMasker([.. values.Values]));
    }

    /// <summary>Nothing.</summary>
    public static RunSecrets None { get; } = new(ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => Values.IsEmpty;

    /// <summary>Masks them.</summary>
    public SecretMasker Masker => _masker.Value;

    /// <summary>The values by name.</summary>
    internal ImmutableSortedDictionary<string, string> Values { get; }

    /// <summary>The same, and one more.</summary>
    internal RunSecrets With(string name, string value) => new(Values.SetItem(name, value));

    /// <summary>The same, out of <see cref="ToJson"/>.</summary>
    internal static RunSecrets Parse(string json) => new(JsonNode.Parse(json)!.AsObject()
        .ToImmutableSortedDictionary(each => each.Key, each => each.Value!.GetValue<string>(), StringComparer.Ordinal));

    /// <summary>All of it, to be sealed.</summary>
    internal string ToJson() => new JsonObject(Values.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)JsonValue.Create(each.Value)))).ToJsonString();
}
