using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>
/// What may stand under a key. The parser, the JSON Schema and the reference in the documentation are made from the
/// same shapes, so that they cannot differ.
/// </summary>
internal abstract class Shape
{
    /// <summary>How it is written, for messages and the reference: <c>a duration: `90s`, `30m`, `2h` or `1d`</c>.</summary>
    public abstract string Summary { get; }

    /// <summary>Whether <c>key:</c> without a value is a value.</summary>
    public virtual bool AcceptsNothing => false;

    /// <summary>Its JSON Schema.</summary>
    public abstract JsonObject ToSchema();

    /// <summary>The keys inside, for the reference.</summary>
    public virtual IEnumerable<DocumentedKey> KeysUnder(string path) => [];

    /// <summary>An experiment's value laid over that of the defaults. Maps merge, lists and plain values replace.</summary>
    public virtual YamlNode Merge(YamlNode lower, YamlNode upper) => upper;
}

/// <summary>A key as the reference lists it.</summary>
internal sealed record DocumentedKey(string Path, Shape Shape, string Meaning, string? Default);

/// <summary>A shape that reads as a <typeparamref name="T"/>.</summary>
internal abstract class Shape<T> : Shape
{
    /// <summary>Reads a node, or reports why it cannot be read.</summary>
    public abstract bool TryRead(YamlNode node, Reading reading, [MaybeNullWhen(false)] out T value);

    /// <summary>The same shape, read as something else.</summary>
    public Shape<TOther> Select<TOther>(Func<T, TOther> select) =>
        new Refined<T, TOther>(this, (T value, YamlNode _, Reading _, [MaybeNullWhen(false)] out TOther other) =>
        {
            other = select(value);
            return true;
        });

    /// <summary>The same shape with rules over several keys, which are not asked of the defaults alone.</summary>
    public Shape<TOther> Then<TOther>(Refinement<T, TOther> refine) =>
        new Refined<T, TOther>(this, (T value, YamlNode node, Reading reading, [MaybeNullWhen(false)] out TOther other) =>
        {
            other = default;
            return !reading.IsPartial && refine(value, node, reading, out other);
        });
}

/// <summary>Makes a value of what was read, or reports why not.</summary>
internal delegate bool Refinement<in T, TOther>(T value, YamlNode node, Reading reading, [MaybeNullWhen(false)] out TOther other);

/// <summary>A shape whose value is made into another.</summary>
internal sealed class Refined<T, TOther>(Shape<T> inner, Refinement<T, TOther> refine) : Shape<TOther>
{
    public override string Summary => inner.Summary;

    public override bool AcceptsNothing => inner.AcceptsNothing;

    public override JsonObject ToSchema() => inner.ToSchema();

    public override IEnumerable<DocumentedKey> KeysUnder(string path) => inner.KeysUnder(path);

    public override YamlNode Merge(YamlNode lower, YamlNode upper) => inner.Merge(lower, upper);

    public override bool TryRead(YamlNode node, Reading reading, [MaybeNullWhen(false)] out TOther value)
    {
        value = default;
        return inner.TryRead(node, reading, out var read) && refine(read, node, reading, out value);
    }
}
