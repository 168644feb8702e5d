using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>What the names of a map may be.</summary>
/// <param name="What">For messages: <c>the name of a parameter</c>.</param>
/// <param name="Placeholder">For the reference: <c>&lt;parameter&gt;</c>.</param>
/// <param name="Pattern">Which names are good.</param>
/// <param name="Rule">The pattern in words.</param>
/// <param name="Reserved">Says why a name is taken, or null.</param>
internal sealed record NameRule(string What, string Placeholder, Regex Pattern, string Rule, Func<string, string?>? Reserved = null)
{
    /// <summary>Holds a name against the rule.</summary>
    public bool Accepts(YamlScalar name, Reading reading) =>
        !Pattern.IsMatch(name.Text) ? reading.Report(DiagnosticCode.InvalidName, name, $"{Excerpt.Of(name.Text)} is not {What}", Rule)
        : Reserved?.Invoke(name.Text) is not { } reason
        || reading.Report(DiagnosticCode.ReservedName, name, $"{Excerpt.Of(name.Text)} cannot be {What}: {reason}", "take another name");

    /// <summary>A single name, where one stands as a value.</summary>
    public Shape<string> ToShape() => new ScalarShape<string>(
        What,
        ToSchema,
        (YamlScalar scalar, Reading reading, [MaybeNullWhen(false)] out string value) =>
        {
            value = scalar.Text;
            return Accepts(scalar, reading);
        });

    /// <summary>The pattern as JSON Schema.</summary>
    public JsonObject ToSchema() => new() { ["type"] = "string", ["pattern"] = SchemaText.PatternOf(Pattern) };
}

/// <summary>A map from names that people choose, in the order of the file.</summary>
internal sealed class MapShape<T>(NameRule names, Shape<T> item, int most, int least = 0) : Shape<ImmutableArray<KeyValuePair<string, T>>>
{
    public override string Summary => $"a map, each value {item.Summary}";

    public override JsonObject ToSchema()
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = SchemaText.PatternOf(names.Pattern) },
            ["additionalProperties"] = item.ToSchema(),
            ["maxProperties"] = most,
        };
        if (least > 0)
        {
            schema["minProperties"] = least;
        }

        return schema;
    }

    public override IEnumerable<DocumentedKey> KeysUnder(string path) => item.KeysUnder($"{path}.{names.Placeholder}");

    public override YamlNode Merge(YamlNode lower, YamlNode upper) => Merging.Of(lower, upper, _ => item, []);

    public override bool TryRead(YamlNode node, Reading reading, [MaybeNullWhen(false)] out ImmutableArray<KeyValuePair<string, T>> value)
    {
        value = default;
        if (node is not YamlMapping mapping)
        {
            return reading.Report(DiagnosticCode.WrongKind, node, $"expected {Summary}, found {node.Kind}");
        }

        if (mapping.Entries.Length > most || (mapping.Entries.Length < least && !reading.IsPartial))
        {
            return reading.Report(DiagnosticCode.OutOfRange, node, $"the map has {mapping.Entries.Length} entries, not {least} to {most}");
        }

        var items = ImmutableArray.CreateBuilder<KeyValuePair<string, T>>(mapping.Entries.Length);
        var isRead = true;
        foreach (var (name, child) in mapping.Entries)
        {
            var at = reading.At(name.Text);
            isRead &= names.Accepts(name, at);
            if (item.TryRead(child, at, out var one))
            {
                items.Add(KeyValuePair.Create(name.Text, one));
            }
            else
            {
                isRead = false;
            }
        }

        value = items.ToImmutable();
        return isRead;
    }
}
