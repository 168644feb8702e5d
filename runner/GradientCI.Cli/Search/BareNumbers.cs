using System.Buffers;

namespace GradientCI.Cli.Search;

/// <summary>The numbers that JSON cannot say, as Python and others write them all the same.</summary>
internal static class BareNumbers
{
    private static readonly (string Word, double Number)[] Words =
        [("NaN", double.NaN), ("Infinity", double.PositiveInfinity), ("-Infinity", double.NegativeInfinity)];

    /// <summary>The number that a word stands for, or null.</summary>
    public static double? Find(string text)
    {
        foreach (var (word, number) in Words)
        {
            if (word == text)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The line with its bare words as texts; null when it has none.</summary>
    public static byte[]? Quote(ReadOnlySpan<byte> line)
    {
        var quoted = new ArrayBufferWriter<byte>(line.Length + 16);
        var (isText, found) = (false, false);
        for (var at = 0; at < line.Length; at++)
        {
            var length = isText ? 0 : WordAt(line[at..]);
            if (length > 0)
            {
                quoted.Write("\""u8);
                quoted.Write(line.Slice(at, length));
                quoted.Write("\""u8);
                at += length - 1;
                found = true;
                continue;
            }

            // What follows a backslash neither opens nor closes a text.
            var isEscape = isText && line[at] == (byte)'\\' && at + 1 < line.Length;
            isText ^= line[at] == (byte)'"';
            quoted.Write(line.Slice(at, isEscape ? 2 : 1));
            at += isEscape ? 1 : 0;
        }

        return found ? quoted.WrittenSpan.ToArray() : null;
    }

    private static int WordAt(ReadOnlySpan<byte> rest) => rest.StartsWith("NaN"u8) ? 3 : rest.StartsWith("Infinity"u8) ? 8 : rest.StartsWith("-Infinity"u8) ? 9 : 0;
}
