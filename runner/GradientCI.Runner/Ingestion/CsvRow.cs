using System.Text;

namespace GradientCI.Runner.Ingestion;

/// <summary>Cuts a line of a table into its cells. A cell in quotes may hold the separator and doubled quotes, not a line's end.</summary>
internal static class CsvRow
{
    private const int MostCells = 4_096;

    /// <summary>The cells without their quotes, as ranges of the line; doubled quotes stay.</summary>
    /// <returns>False when a quote is not closed, or there are too many cells.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> line, byte separator, List<Range> cells)
    {
        cells.Clear();
        for (var start = 0; start <= line.Length && cells.Count < MostCells;)
        {
            var (first, end, next) = line[start..].StartsWith("\""u8) ? Quoted(line, start) : Plain(line, start);
            if (end < 0 || (next < line.Length && line[next] != separator))
            {
                return false;
            }

            cells.Add(first..end);
            start = next + 1;
            if (next == line.Length)
            {
                return true;
            }

            (int, int, int) Plain(ReadOnlySpan<byte> text, int from)
            {
                var length = text[from..].IndexOf(separator);
                var stop = length < 0 ? text.Length : from + length;
                return (from, stop, stop);
            }
        }

        return false;
    }

    /// <summary>The text of a cell.</summary>
    public static byte[] Unquote(ReadOnlySpan<byte> cell) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(cell).Replace("\"\"", "\"", StringComparison.Ordinal).Trim());

    private static (int First, int End, int Next) Quoted(ReadOnlySpan<byte> line, int start)
    {
        for (var at = start + 1; at < line.Length; at++)
        {
            if (line[at] != '"')
            {
                continue;
            }

            if (at + 1 == line.Length || line[at + 1] != '"')
            {
                return (start + 1, at, at + 1);
            }

            at++;
        }

        return (0, -1, line.Length);
    }
}
