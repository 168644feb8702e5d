namespace GradientCI.Runner.Ingestion;

/// <summary>A table with a header row: every other column that holds numbers is a metric.</summary>
internal sealed class CsvTable(byte separator) : IRowFormat
{
    private static readonly byte[][] XNames = ["step"u8.ToArray(), "iteration"u8.ToArray(), "epoch"u8.ToArray(), "x"u8.ToArray()];

    private readonly List<Range> _cells = [];
    private byte[][] _names = [];
    private int _x = -1;

    public bool HasHeader => true;

    public void ReadHeader(ReadOnlySpan<byte> line)
    {
        _names = [];
        _x = -1;
        if (!CsvRow.TrySplit(line.StartsWith("\uFEFF"u8) ? line[3..] : line, separator, _cells))
        {
            return;
        }

        _names = new byte[_cells.Count][];
        for (var i = 0; i < _names.Length; i++)
        {
            _names[i] = CsvRow.Unquote(line.StartsWith("\uFEFF"u8) ? line[3..][_cells[i]] : line[_cells[i]]);
        }

        foreach (var name in XNames.Reverse())
        {
            var column = Array.FindIndex(_names, other => Utf8Names.Comparer.Equals(name, other));
            _x = column < 0 ? _x : column;
        }
    }

    public void ReadRow(ReadOnlySpan<byte> line, long number, SeriesTable points)
    {
        if (!CsvRow.TrySplit(line, separator, _cells))
        {
            return;
        }

        var columns = Math.Min(_cells.Count, _names.Length);
        double x = number;
        if (_x >= 0 && (_x >= columns || !NonFinite.TryParseNumber(line[_cells[_x]], out x) || !double.IsFinite(x)))
        {
            return;
        }

        for (var i = 0; i < columns; i++)
        {
            if (!IsX(_names[i]) && NonFinite.TryParseNumber(line[_cells[i]], out var y))
            {
                points.Add(_names[i], x, y);
            }
        }
    }

    private static bool IsX(byte[] name) => Array.Exists(XNames, other => Utf8Names.Comparer.Equals(name, other));
}
