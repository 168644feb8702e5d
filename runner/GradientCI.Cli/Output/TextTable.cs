using System.Text;

namespace GradientCI.Cli.Output;

/// <summary>Columns of plain text, aligned by their widest cell; the same on a screen and in a file.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    /// <summary>Adds a row; control characters in a cell are shown as spaces.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Plain.Line)]);

    /// <summary>The table, a line per row.</summary>
    public override string ToString()
    {
        var widths = Enumerable.Range(0, headings.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return text.ToString();
    }
}
