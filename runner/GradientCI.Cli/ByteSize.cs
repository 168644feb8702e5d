using System.Globalization;

namespace GradientCI.Cli;

/// <summary>Sizes as people type them: <c>512MiB</c>, <c>16GiB</c>, <c>2GB</c>; as in the manifest.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
    ];

    /// <summary>Reads one, as bytes.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="example">What would be right, for the hint.</param>
    /// <exception cref="GradientException">It is something else.</exception>
    public static long Parse(string text, string example)
    {
        foreach (var (unit, bytes) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * bytes is >= 1 and < (1L << 60))
            {
                return (long)(number * bytes);
            }
        }

        throw new GradientException(FailureKind.Usage, $"'{text}' is no size.", $"Write for example: {example}");
    }
}
