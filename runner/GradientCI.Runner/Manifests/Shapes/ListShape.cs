using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>A list; it holds each item once unless they may repeat.</summary>
internal sealed class ListShape<T>(Shape<T> item, int most, int least = 0, bool mayRepeat = false) : Shape<ImmutableArray<T>>
{
    public override string Summary => $"a list, each item {item.Summary}";

    public override JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = item.ToSchema(), ["maxItems"] = most };
        if (least > 0)
        {
            schema["minItems"] = least;
        }

        if (!mayRepeat)
        {
            schema["uniqueItems"] = true;
        }

        return schema;
    }

    public override IEnumerable<DocumentedKey> KeysUnder(string path) => item.KeysUnder(path + "[]");

    public override bool TryRead(YamlNode node, Reading reading, [MaybeNullWhen(false)] out ImmutableArray<T> value)
    {
        value = default;
        if (node is not YamlSequence sequence)
        {
            return reading.Report(
                DiagnosticCode.WrongKind, node, $"expected a list, found {node.Kind}",
                node is YamlScalar { IsNothing: false } scalar ? $"write [{Excerpt.Plain(scalar.Text)}]" : null);
        }

        if (sequence.Items.Length < least || sequence.Items.Length > most)
        {
            return reading.Report(DiagnosticCode.OutOfRange, node, $"the list has {sequence.Items.Length} items, not {least} to {most}");
        }

        var items = ImmutableArray.CreateBuilder<T>(sequence.Items.Length);
        var known = new HashSet<T>();
        var isRead = true;
        for (var index = 0; index < sequence.Items.Length; index++)
        {
            var at = reading.At(index);
            if (!item.TryRead(sequence.Items[index], at, out var one))
            {
                isRead = false;
            }
            else if (!known.Add(one) && !mayRepeat)
            {
                isRead = at.Report(DiagnosticCode.Repeated, sequence.Items[index], $"{sequence.Items[index].Kind} stands twice in the list", "keep one of them");
            }
            else
            {
                items.Add(one);
            }
        }

        value = items.ToImmutable();
        return isRead;
    }
}
