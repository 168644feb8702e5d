using System.Globalization;
using System.Text;

namespace GradientCI.Cli.Export;

/// <summary>Paths of strangers as names that every system can unpack and every list of digests can hold.</summary>
internal static class PlainName
{
    /// <summary>Keeps letters, digits and the usual signs; every other byte becomes <c>%XX</c>, so that two paths never become one.</summary>
    public static string Of(string path) => string.Join('/', path.Split('/').Select(Segment));

    private static string Segment(string segment)
    {
        var name = new StringBuilder(segment.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in segment.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || (rune.IsAscii && "._-+=,@ ()[]".Contains((char)rune.Value, StringComparison.Ordinal) && !IsDotOrDash(name, rune)))
            {
                name.Append(rune);
                continue;
            }

            foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
            {
                name.Append(CultureInfo.InvariantCulture, $"%{part:X2}");
            }
        }

        return name.ToString();
    }

    // At the start of a name they would hide it, lead upwards, or look like an option to the next program.
    private static bool IsDotOrDash(StringBuilder before, Rune rune) => before.Length == 0 && (rune.Value is '.' or '-');
}
