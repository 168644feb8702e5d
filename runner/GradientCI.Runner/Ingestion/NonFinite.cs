using System.Globalization;
using System.Text;

namespace GradientCI.Runner.Ingestion;

/// <summary>The words for values that are no finite number, as Python, C and JavaScript print them.</summary>
internal static class NonFinite
{
    /// <summary>Reads <c>nan</c>, <c>inf</c> or <c>infinity</c> in any case, with a sign or without.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out double value)
    {
        value = double.NaN;
        if (word.IsEmpty)
        {
            return false;
        }

        var isNegative = word[0] == '-';
        var unsigned = word[0] is (byte)'-' or (byte)'+' ? word[1..] : word;
        if (Ascii.EqualsIgnoreCase(unsigned, "nan"u8))
        {
            return true;
        }

        value = isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        return Ascii.EqualsIgnoreCase(unsigned, "inf"u8) || Ascii.EqualsIgnoreCase(unsigned, "infinity"u8);
    }

    /// <summary>Reads any number as a table or a log writes it: decimal point, no thousands separator, or one of the words.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out double value)
    {
        var trimmed = text.Trim(" \t"u8);
        return TryParse(trimmed, out value)
            || (!trimmed.IsEmpty && trimmed[^1] is >= (byte)'.' and <= (byte)'9'
                && double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out value));
    }
}
