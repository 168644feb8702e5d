using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests.Yaml;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>Keys that exclude each other.</summary>
/// <param name="IsNeeded">Whether one of them must be there.</param>
/// <param name="Keys">The keys.</param>
internal sealed record Alternatives(bool IsNeeded, ImmutableArray<string> Keys);

/// <summary>A map with keys of the format's own: the one place that says which keys there are.</summary>
/// <param name="what">What it is, in a few words.</param>
/// <param name="start">The value before any key is read.</param>
internal sealed class Table<T>(string what, Func<T> start) : Shape<T>
{
    private const int MostListed = 10;

    private readonly List<Entry> _keys = [];
    private readonly List<Alternatives> _alternatives = [];
    private (NameRule Names, Entry Key)? _others;
    private bool _acceptsNothing;

    private delegate bool KeyReader(YamlNode node, Reading reading, ref T value);

    public override string Summary => "a map";

    public override bool AcceptsNothing => _acceptsNothing;

    /// <summary>Adds a key.</summary>
    public Table<T> Key<TValue>(
        string name, Shape<TValue> shape, string meaning, Func<T, TValue, T> set, string? byDefault = null, bool isRequired = false)
    {
        _keys.Add(new Entry(name, shape, meaning, byDefault, isRequired, ReaderOf(shape, set)));
        return this;
    }

    /// <summary>Lets further names in, which people choose.</summary>
    public Table<T> Others<TValue>(NameRule names, Shape<TValue> shape, string meaning, Func<T, string, TValue, T> set)
    {
        _others = (names, new Entry(names.Placeholder, shape, meaning, null, false, (YamlNode node, Reading reading, ref T value) => false)
        {
            ReadOther = name => ReaderOf<TValue>(shape, (target, one) => set(target, name, one)),
        });
        return this;
    }

    /// <summary>Says that of these keys at most one, or exactly one, may stand.</summary>
    public Table<T> OneOf(bool isNeeded, params ImmutableArray<string> keys)
    {
        _alternatives.Add(new Alternatives(isNeeded, keys));
        return this;
    }

    /// <summary>Lets <c>key:</c> stand for a map without entries.</summary>
    public Table<T> OrNothing()
    {
        _acceptsNothing = true;
        return this;
    }

    public override JsonObject ToSchema()
    {
        var schema = new JsonObject
        {
            ["type"] = _acceptsNothing ? new JsonArray("object", "null") : "object",
            ["properties"] = new JsonObject(_keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)key.ToSchema()))),
            ["additionalProperties"] = _others?.Key.ToSchema() ?? (JsonNode)false,
        };
        if (_keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name).ToArray() is { Length: > 0 } required)
        {
            schema["required"] = new JsonArray(required);
        }

        if (_alternatives.Count > 0)
        {
            schema["allOf"] = new JsonArray([.. _alternatives.Select(SchemaText.Of)]);
        }

        return schema;
    }

    public override IEnumerable<DocumentedKey> KeysUnder(string path) => _keys.Concat(_others is { Key: var others } ? [others] : [])
        .SelectMany(key => key.Shape.KeysUnder(SchemaText.Join(path, key.Name))
            .Prepend(new DocumentedKey(SchemaText.Join(path, key.Name), key.Shape, key.Meaning, key.IsRequired ? "required" : key.Default)));

    public override YamlNode Merge(YamlNode lower, YamlNode upper) => Merging.Of(lower, upper, name => Find(name)?.Shape ?? _others?.Key.Shape, _alternatives);

    public override bool TryRead(YamlNode node, Reading reading, [MaybeNullWhen(false)] out T value)
    {
        value = start();
        if (node.IsNothing && _acceptsNothing)
        {
            return true;
        }

        return node is YamlMapping mapping
            ? ReadEntries(mapping, reading, ref value) & (reading.IsPartial || IsComplete(mapping, reading))
            : reading.Report(DiagnosticCode.WrongKind, node, $"{what} is a map, not {node.Kind}");
    }

    private static KeyReader ReaderOf<TValue>(Shape<TValue> shape, Func<T, TValue, T> set) => (YamlNode node, Reading reading, ref T target) =>
    {
        if (!shape.TryRead(node, reading, out var one))
        {
            return false;
        }

        target = set(target, one);
        return true;
    };

    private bool ReadEntries(YamlMapping mapping, Reading reading, ref T value)
    {
        var isRead = true;
        foreach (var (name, child) in mapping.Entries)
        {
            var at = reading.At(name.Text);
            var key = Find(name.Text);
            if (key is null && _others is not { } others)
            {
                isRead = at.Report(DiagnosticCode.UnknownKey, name, $"{Excerpt.Of(name.Text)} is not a key of {what}", () => Suggest(name.Text));
            }
            else if (child.IsNothing && !(key ?? _others!.Value.Key).Shape.AcceptsNothing)
            {
                isRead = at.Report(DiagnosticCode.WrongKind, name, $"{Excerpt.Of(name.Text)} has no value", "remove the key, or give it one");
            }
            else if (key is null)
            {
                isRead &= _others!.Value.Names.Accepts(name, at) & _others.Value.Key.ReadOther!(name.Text)(child, at, ref value);
            }
            else
            {
                isRead &= key.Read(child, at, ref value);
            }
        }

        return isRead;
    }

    private bool IsComplete(YamlMapping mapping, Reading reading)
    {
        var isComplete = true;
        foreach (var key in _keys.Where(key => key.IsRequired && mapping[key.Name] is null))
        {
            isComplete = reading.Report(DiagnosticCode.MissingKey, mapping, $"{what} needs the key `{key.Name}`", $"add {key.Name}: {key.Shape.Summary}");
        }

        foreach (var group in _alternatives)
        {
            var there = group.Keys.Where(name => mapping[name] is not null).ToList();
            if (there.Count > 1)
            {
                isComplete = reading.Report(DiagnosticCode.Conflict, mapping.Nearest(there[1]), $"`{there[0]}` and `{there[1]}` exclude each other", "keep one of them");
            }
            else if (there.Count == 0 && group.IsNeeded)
            {
                isComplete = reading.Report(DiagnosticCode.MissingKey, mapping, $"{what} needs one of the keys {string.Join(", ", group.Keys.Select(name => $"`{name}`"))}");
            }
        }

        return isComplete;
    }

    private Entry? Find(string name) => _keys.Find(key => key.Name == name);

    private string? Suggest(string name) => name == "<<"
        ? "merge keys are YAML 1.1; put what experiments share under `defaults`"
        : Spelling.Suggest(name, _keys.Select(key => key.Name))
        ?? (_keys.Count <= MostListed ? $"it has {string.Join(", ", _keys.Select(key => $"`{key.Name}`"))}" : null);

    private sealed record Entry(string Name, Shape Shape, string Meaning, string? Default, bool IsRequired, KeyReader Read)
    {
        public Func<string, KeyReader>? ReadOther { get; init; }

        public JsonObject ToSchema()
        {
            var schema = Shape.ToSchema();
            schema["description"] = Meaning;
            return schema;
        }
    }
}
