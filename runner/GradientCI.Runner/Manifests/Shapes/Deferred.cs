using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>A map that is read later, when the defaults are merged in.</summary>
/// <param name="shape">What it will be read as.</param>
/// <param name="definition">The name of its definition in the JSON Schema.</param>
internal sealed class Deferred(Shape shape, string definition) : Shape<YamlMapping>
{
    public override string Summary => shape.Summary;

    public override JsonObject ToSchema() => new() { ["$ref"] = $"#/$defs/{definition}" };

    public override bool TryRead(YamlNode node, Reading reading, [MaybeNullWhen(false)] out YamlMapping value)
    {
        value = node as YamlMapping;
        return value is not null || reading.Report(DiagnosticCode.WrongKind, node, $"an experiment is a map, not {node.Kind}");
    }
}
