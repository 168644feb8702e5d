using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>Reads one plain value, or reports why it cannot be read.</summary>
internal delegate bool ScalarReader<T>(YamlScalar scalar, Reading reading, [MaybeNullWhen(false)] out T value);

/// <summary>One plain value.</summary>
internal sealed class ScalarShape<T>(string summary, Func<JsonObject> schema, ScalarReader<T> read) : Shape<T>
{
    public override string Summary => summary;

    public override JsonObject ToSchema() => schema();

    public override bool TryRead(YamlNode node, Reading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return node is YamlScalar scalar && !node.IsNothing
            ? read(scalar, reading, out value)
            : reading.Report(DiagnosticCode.WrongKind, node, $"expected {summary}, found {node.Kind}");
    }
}
