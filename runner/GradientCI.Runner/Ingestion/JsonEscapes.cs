using System.Buffers;
using System.Globalization;
using System.Text;

namespace GradientCI.Runner.Ingestion;

/// <summary>The backslash sequences inside JSON strings.</summary>
internal static class JsonEscapes
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>The length of the sequence that the text starts with, or 0 when it is not one.</summary>
    public static int LengthAt(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        if (text[1] != 'u')
        {
            return "\"\\/bfnrt"u8.Contains(text[1]) ? 2 : 0;
        }

        return text.Length >= 6 && TryReadUnit(text, out _) ? 6 : 0;
    }

    /// <summary>Writes a string whose sequences are valid without them; at most as long as it was.</summary>
    /// <returns>The length, or -1 when half of a surrogate pair stands alone.</returns>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var written = 0;
        while (!raw.IsEmpty)
        {
            if (raw[0] != '\\')
            {
                destination[written++] = raw[0];
                raw = raw[1..];
            }
            else if (TryReadUnit(raw, out var unit))
            {
                raw = raw[6..];
                var isPair = char.IsHighSurrogate(unit) && TryReadUnit(raw, out var low) && char.IsLowSurrogate(low);
                if (isPair)
                {
                    TryReadUnit(raw, out low);
                    raw = raw[6..];
                    written += new Rune(unit, low).EncodeToUtf8(destination[written..]);
                }
                else if (Rune.TryCreate(unit, out var rune))
                {
                    written += rune.EncodeToUtf8(destination[written..]);
                }
                else
                {
                    return -1;
                }
            }
            else
            {
                destination[written++] = Simple(raw[1]);
                raw = raw[2..];
            }
        }

        return written;
    }

    private static byte Simple(byte letter) => letter switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => letter,
    };

    private static bool TryReadUnit(ReadOnlySpan<byte> text, out char unit)
    {
        ushort value = 0;

        // The runtime's own reading of hexadecimal digits also takes NUL bytes behind them.
        var isUnit = text.Length >= 6 && text[0] == '\\' && text[1] == 'u'
            && !text.Slice(2, 4).ContainsAnyExcept(HexDigits)
            && ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        unit = (char)value;
        return isUnit;
    }
}
