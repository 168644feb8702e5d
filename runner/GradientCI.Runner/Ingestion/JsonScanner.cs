using System.Globalization;
using System.Runtime.InteropServices;

namespace GradientCI.Runner.Ingestion;

/// <summary>Walks over JSON in one line of UTF-8 without allocating. Any method that returns false leaves it unusable.</summary>
/// <remarks>
/// <see cref="System.Text.Json.Utf8JsonReader"/> refuses <c>NaN</c>, which Python's <c>json.dumps</c> writes, answers
/// a broken line with an exception, and costs three times as much per line.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal ref struct JsonScanner(ReadOnlySpan<byte> line)
{
    private const int DeepestNesting = 32;
    private const int ExactDigits = 19;
    private const ulong ExactMantissa = 1UL << 53;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    private readonly ReadOnlySpan<byte> _text = line;
    private int _at;

    /// <summary>The next byte that is not white space, or 0 at the end.</summary>
    public byte Peek()
    {
        while (_at < _text.Length)
        {
            var next = _text[_at];
            if (next is not ((byte)' ' or (byte)'\t'))
            {
                return next;
            }

            _at++;
        }

        return 0;
    }

    public readonly bool AtEnd => _at == _text.Length;

    public bool TryTake(byte expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Reads a string; <paramref name="raw"/> is what stands between the quotes.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> raw, out bool isEscaped)
    {
        raw = default;
        isEscaped = false;
        if (!TryTake((byte)'"'))
        {
            return false;
        }

        for (var at = _at; at < _text.Length; at++)
        {
            var next = _text[at];
            if (next == '"')
            {
                raw = _text[_at..at];
                _at = at + 1;
                return true;
            }

            if (next == '\\')
            {
                isEscaped = true;
                var length = JsonEscapes.LengthAt(_text[at..]);
                if (length == 0)
                {
                    return false;
                }

                at += length - 1;
            }
            else if (next < 0x20)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads a JSON number, or one of the bare words for what JSON cannot say.</summary>
    public bool TryReadNumber(out double value)
    {
        Peek();
        var start = _at;
        var at = start;
        var text = _text;
        var isNegative = at < text.Length && text[at] == '-';
        at += isNegative ? 1 : 0;

        ulong mantissa = 0;
        var firstDigit = at;
        for (uint digit; at < text.Length && (digit = (uint)text[at] - '0') <= 9; at++)
        {
            mantissa = (mantissa * 10) + digit;
        }

        var digits = at - firstDigit;
        if (digits == 0)
        {
            return TryReadWord(out value);
        }

        value = 0;
        if (digits > 1 && text[firstDigit] == '0')
        {
            return false;
        }

        var exponent = 0;
        if (at < text.Length && text[at] == '.')
        {
            var point = ++at;
            for (uint digit; at < text.Length && (digit = (uint)text[at] - '0') <= 9; at++)
            {
                mantissa = (mantissa * 10) + digit;
            }

            exponent = point - at;
            digits -= exponent;
            if (exponent == 0)
            {
                return false;
            }
        }

        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            at++;
            var isSmall = at < text.Length && text[at] == '-';
            at += at < text.Length && text[at] is (byte)'-' or (byte)'+' ? 1 : 0;
            var first = at;
            var power = 0;
            for (uint digit; at < text.Length && (digit = (uint)text[at] - '0') <= 9; at++)
            {
                power = Math.Min((power * 10) + (int)digit, 100_000);
            }

            if (at == first)
            {
                return false;
            }

            exponent += isSmall ? -power : power;
        }

        _at = at;

        // Clinger's case: both factors are exact doubles, so one rounding gives the nearest double.
        if (digits <= ExactDigits && mantissa <= ExactMantissa && Math.Abs(exponent) < PowersOfTen.Length)
        {
            value = exponent < 0 ? mantissa / PowersOfTen[-exponent] : mantissa * PowersOfTen[exponent];
            value = isNegative ? -value : value;
            return true;
        }

        return double.TryParse(text[start..at], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Passes over any value, checking that it is one.</summary>
    public bool TrySkipValue() => TrySkipValue(1);

    private bool TrySkipValue(int depth)
    {
        switch (Peek())
        {
            case (byte)'"':
                return TryReadString(out _, out _);
            case (byte)'{':
                return depth <= DeepestNesting && TrySkipObject(depth);
            case (byte)'[':
                return depth <= DeepestNesting && TrySkipArray(depth);
            case (byte)'t':
                return TryTakeWord("true"u8);
            case (byte)'f':
                return TryTakeWord("false"u8);
            default:
                return TryTakeNull() || TryReadNumber(out _);
        }
    }

    public bool TryTakeNull() => Peek() == 'n' && TryTakeWord("null"u8);

    private bool TrySkipObject(int depth)
    {
        TryTake((byte)'{');
        if (TryTake((byte)'}'))
        {
            return true;
        }

        do
        {
            if (!TryReadString(out _, out _) || !TryTake((byte)':') || !TrySkipValue(depth + 1))
            {
                return false;
            }
        }
        while (TryTake((byte)','));

        return TryTake((byte)'}');
    }

    private bool TrySkipArray(int depth)
    {
        TryTake((byte)'[');
        if (TryTake((byte)']'))
        {
            return true;
        }

        do
        {
            if (!TrySkipValue(depth + 1))
            {
                return false;
            }
        }
        while (TryTake((byte)','));

        return TryTake((byte)']');
    }

    private bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        if (!_text[_at..].StartsWith(word))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    private bool TryReadWord(out double value)
    {
        var rest = _text[_at..];
        var length = !rest.IsEmpty && rest[0] == '-' ? 1 : 0;
        while (length < rest.Length && char.IsAsciiLetter((char)rest[length]))
        {
            length++;
        }

        _at += length;
        return NonFinite.TryParse(rest[..length], out value);
    }
}
