using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>One value that may be written in several ways: as a plain value, a list or a map.</summary>
internal sealed class Forms<T>(Shape<T>? scalar = null, Shape<T>? list = null, Shape<T>? map = null) : Shape<T>
{
    /// <summary>What to say when a form is used that there is not.</summary>
    public string? Hint { get; init; }

    public override string Summary => string.Join("; or ", All.Select(form => form.Summary));

    public override bool AcceptsNothing => map?.AcceptsNothing ?? false;

    private IEnumerable<Shape<T>> All => new[] { scalar, list, map }.OfType<Shape<T>>();

    public override JsonObject ToSchema() => new() { ["anyOf"] = new JsonArray([.. All.Select(form => form.ToSchema())]) };

    public override IEnumerable<DocumentedKey> KeysUnder(string path) => All.SelectMany(form => form.KeysUnder(path));

    public override YamlNode Merge(YamlNode lower, YamlNode upper) => map?.Merge(lower, upper) ?? upper;

    public override bool TryRead(YamlNode node, Reading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        var form = node switch
        {
            { IsNothing: true } => AcceptsNothing ? map : null,
            YamlScalar => scalar,
            YamlSequence => list,
            _ => map,
        };
        return form is not null
            ? form.TryRead(node, reading, out value)
            : reading.Report(DiagnosticCode.WrongKind, node, $"expected {Summary}, found {node.Kind}", Hint);
    }
}
