namespace GradientCI.Runner.Manifests.Templates;

/// <summary>
/// Finds the slots of a shell line at which a single-quoted value stays one word, whatever it holds.
/// </summary>
/// <remarks>
/// This is no shell parser: it knows the unquoted places and says no to all that it cannot follow. After something
/// whose end it cannot find for certain, every later slot is refused.
/// </remarks>
internal sealed class ShellLine
{
    private readonly string _text;
    private readonly Dictionary<int, int> _slots;
    private readonly Dictionary<int, string> _refused = [];
    private int _at;
    private bool _isWordStart = true;
    private string? _lost;

    private ShellLine(Template template)
    {
        _text = template.Text;
        _slots = template.Slots.ToDictionary(slot => slot.Start, slot => slot.End);
    }

    /// <summary>The slots that are refused, with the reason: <c>in double quotes</c>.</summary>
    public static IReadOnlyDictionary<int, string> Refusals(Template template)
    {
        var line = new ShellLine(template);
        line.ReadAll();
        return line._refused;
    }

    private char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private bool IsNext(string text) => string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;

    private void ReadAll()
    {
        while (_at < _text.Length)
        {
            ReadUnquoted();
        }
    }

    private void ReadUnquoted()
    {
        if (TrySlot(PrecededBy('$') ? "directly after $" : PrecededBy('\\') ? "directly after a backslash" : null))
        {
            _isWordStart = false;
            return;
        }

        switch (Peek())
        {
            case '\\':
                ReadEscape();
                return;
            case '\'':
                ReadUntil('\'', "in single quotes");
                break;
            case '"':
                ReadDoubleQuotes();
                break;
            case '`':
                ReadUntil('`', "in backticks");
                break;
            case '#' when _isWordStart:
                ReadUntil('\n', "in a comment");
                _isWordStart = true;
                return;
            case '$' when Peek(1) == '{':
                _at++;
                ReadBraces();
                break;
            case '$' when Peek(1) is '\'' or '[':
            case '$' when IsNext("$(("):
            case '(' when Peek(1) == '(':
            case '<' when Peek(1) == '<':
                Lose(Peek() == '<' ? "after a here-document" : Peek(1) == '\'' ? "after $'…'" : "after arithmetic");
                _at++;
                break;
            default:
                _isWordStart = Peek() is ' ' or '\t' or '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>';
                _at++;
                return;
        }

        _isWordStart = false;
    }

    /// <summary>Reads to a closing character that nothing inside escapes, except in backticks.</summary>
    private void ReadUntil(char end, string place)
    {
        _at++;
        while (_at < _text.Length && Peek() != end)
        {
            if (!TrySlot(place))
            {
                _at += end == '`' && Peek() == '\\' ? 2 : 1;
            }
        }

        _at++;
    }

    private void ReadDoubleQuotes()
    {
        _at++;
        while (_at < _text.Length && Peek() != '"')
        {
            if (TrySlot("in double quotes"))
            {
                continue;
            }

            switch (Peek())
            {
                case '\\':
                    ReadEscape();
                    break;
                case '`':
                    Lose("after backticks in double quotes");
                    _at++;
                    break;
                case '$' when Peek(1) == '(':
                    SkipSimple(')', "after $(…) in double quotes");
                    break;
                case '$' when Peek(1) == '{':
                    SkipSimple('}', "after ${…} in double quotes");
                    break;
                default:
                    _at++;
                    break;
            }
        }

        _at++;
    }

    /// <summary>Reads <c>${…}</c> outside quotes; its end is certain only when nothing in it is quoted or nested.</summary>
    private void ReadBraces() => SkipSimple('}', "after ${…}", isAtOpening: true);

    private void SkipSimple(char end, string place, bool isAtOpening = false)
    {
        _at += isAtOpening ? 1 : 2;
        var start = _at;
        while (_at < _text.Length && Peek() != end)
        {
            if (TrySlot(end == '}' ? "in ${…}" : "in $(…) in double quotes"))
            {
                continue;
            }

            if (Peek() is '\'' or '"' or '`' or '\\' or '(' or '{' || (Peek() == '#' && end == ')'))
            {
                Lose(place);
                return;
            }

            _at++;
        }

        // In $(case x in a) …) the first parenthesis is not the last.
        if (end == ')' && _text.AsSpan(start, _at - start).Contains("case", StringComparison.Ordinal))
        {
            Lose(place);
        }

        _at++;
    }

    private void ReadEscape()
    {
        // The shell takes a backslash and a line end out before it reads on, so that what stood apart may stand
        // together: $, line end, (.
        if (Peek(1) == '\n')
        {
            if (_at > 0 && _text[_at - 1] is '$' or '<' or '(' or '\\')
            {
                Lose("after a continued line that splits an operator");
            }
        }
        else
        {
            _isWordStart = false;
        }

        _at += _slots.ContainsKey(_at + 1) ? 1 : 2;
    }

    private bool PrecededBy(char character) => _at > 0 && _text[_at - 1] == character;

    private bool TrySlot(string? place)
    {
        if (!_slots.TryGetValue(_at, out var end))
        {
            return false;
        }

        if ((_lost ?? place) is { } reason)
        {
            _refused[_at] = reason;
        }

        _at = end;
        return true;
    }

    private void Lose(string place) => _lost ??= place;
}
