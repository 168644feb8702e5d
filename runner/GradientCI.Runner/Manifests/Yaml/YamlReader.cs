using System.Collections.Immutable;
using GradientCI.Runner.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GradientCI.Runner.Manifests.Yaml;

/// <summary>Turns YAML events into nodes, within bounds that hold before anything is expanded.</summary>
internal sealed class YamlReader
{
    private const int DeepestNesting = 32;
    private const int MostAliasedNodes = 1_000;

    private readonly Parser _parser;
    private readonly Findings _findings;
    private readonly Dictionary<string, YamlNode> _anchors = [];
    private int _aliasedNodes;

    private YamlReader(string text, Findings findings)
    {
        _parser = new Parser(new StringReader(text));
        _findings = findings;
    }

    /// <summary>The one document of the text; null when it has errors that leave no document.</summary>
    public static YamlNode? Read(string text, Findings findings)
    {
        var reader = new YamlReader(text, findings);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException problem)
        {
            var place = (problem.Message.Contains("tab", StringComparison.Ordinal) ? YamlHint.TabIn(text) : null)
                ?? new Place((int)Math.Max(1, problem.Start.Line), (int)Math.Max(1, problem.Start.Column));
            findings.Add(DiagnosticCode.Syntax, place, "", $"this is not YAML: {Excerpt.Plain(problem.Message)}", () => YamlHint.For(text, place));
            return null;
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16.3 on a plain value that a tab and a comment follow, and the like: it says no more.
            var place = reader._parser.Current is { } last ? new Place((int)Math.Max(1, last.End.Line), (int)Math.Max(1, last.End.Column)) : new Place(1, 1);
            findings.Add(DiagnosticCode.Syntax, place, "", "after this place the text is not YAML", null);
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            return Refuse(DiagnosticCode.Document, _parser.Current, "the file is empty", "gradientci init writes a first one");
        }

        Next<DocumentStart>();
        var root = ReadNode(1);
        if (root is null)
        {
            return null;
        }

        Next<DocumentEnd>();
        return _parser.Current is StreamEnd
            ? root
            : Refuse(DiagnosticCode.Document, _parser.Current!, "a second document begins here", "keep everything in one document, without `---`");
    }

    private YamlNode? ReadNode(int depth)
    {
        if (_parser.Current is AnchorAlias alias)
        {
            return ReadAlias(alias);
        }

        if (_parser.Current is not NodeEvent start)
        {
            return Refuse(DiagnosticCode.Syntax, _parser.Current!, "this is not YAML: a value is missing before this place", null);
        }

        if (depth > DeepestNesting)
        {
            return Refuse(DiagnosticCode.TooDeep, start, $"the nesting is deeper than {DeepestNesting}", null);
        }

        if (!start.Tag.IsEmpty)
        {
            _findings.Add(DiagnosticCode.Tag, PlaceOf(start), "", "tags are not part of the format", () => "remove the tag; quotes make a text");
        }

        _parser.MoveNext();
        YamlNode? node = start switch
        {
            Scalar scalar => new YamlScalar(PlaceOf(start), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => ReadSequence(PlaceOf(start), depth),
            _ => ReadMapping(PlaceOf(start), depth),
        };
        if (node is YamlScalar { Text: var text } && text.Contains('\0', StringComparison.Ordinal))
        {
            _findings.Add(DiagnosticCode.Encoding, node.Place, "", "a text cannot hold the character NUL", null);
        }

        if (node is not null && !start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor.Value] = node;
        }

        return node;
    }

    private YamlNode? ReadAlias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            return Refuse(
                DiagnosticCode.Alias, alias, $"the alias {Excerpt.Of("*" + alias.Value.Value)} names no complete anchor before it",
                $"in quotes it is a text: \"*{Excerpt.Plain(alias.Value.Value)}\"");
        }

        _aliasedNodes += node.Size;
        if (_aliasedNodes > MostAliasedNodes)
        {
            return Refuse(DiagnosticCode.Alias, alias, $"the aliases stand for more than {MostAliasedNodes:N0} nodes", "use `defaults` for what the experiments share");
        }

        _parser.MoveNext();
        return node;
    }

    private YamlSequence? ReadSequence(Place place, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (_parser.Current is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        _parser.MoveNext();
        return new YamlSequence(place, items.ToImmutable());
    }

    private YamlMapping? ReadMapping(Place place, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<KeyValuePair<YamlScalar, YamlNode>>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            if (ReadNode(depth + 1) is not { } key || ReadNode(depth + 1) is not { } value)
            {
                return null;
            }

            if (key is not YamlScalar name)
            {
                _findings.Add(DiagnosticCode.WrongKind, key.Place, "", $"a key is a word, not {key.Kind}", null);
            }
            else if (known.Add(name.Text))
            {
                entries.Add(KeyValuePair.Create(name, value));
            }
            else
            {
                _findings.Add(DiagnosticCode.DuplicateKey, name.Place, "", $"the key {Excerpt.Of(name.Text)} stands twice", () => "keep one of them");
            }
        }

        _parser.MoveNext();
        return new YamlMapping(place, entries.ToImmutable());
    }

    private YamlNode? Refuse(DiagnosticCode code, ParsingEvent at, string message, string? suggestion)
    {
        _findings.Add(code, PlaceOf(at), "", message, () => suggestion);
        return null;
    }

    private void Next<TEvent>()
        where TEvent : ParsingEvent
    {
        if (_parser.Current is null)
        {
            _parser.MoveNext();
        }

        _parser.Consume<TEvent>();
    }

    private static Place PlaceOf(ParsingEvent at) => new((int)at.Start.Line, (int)at.Start.Column);
}
