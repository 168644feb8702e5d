namespace GradientCI.Runner.Ingestion;

/// <summary>What the lines of a metric file mean.</summary>
internal interface IRowFormat
{
    /// <summary>Whether the first line names the columns.</summary>
    bool HasHeader { get; }

    void ReadHeader(ReadOnlySpan<byte> line);

    /// <summary>Adds the points of a row; a row that has none is passed over.</summary>
    void ReadRow(ReadOnlySpan<byte> line, long number, SeriesTable points);
}

/// <summary>One JSON object a line: the shapes of the log, and flat rows.</summary>
internal sealed class JsonRows : IRowFormat
{
    private readonly MetricLineParser _parser = new(takesFlatRows: true);

    public bool HasHeader => false;

    public void ReadHeader(ReadOnlySpan<byte> line) => throw new NotSupportedException();

    public void ReadRow(ReadOnlySpan<byte> line, long number, SeriesTable points)
    {
        if (_parser.TryParse(line))
        {
            points.Add(_parser.Points, _parser.X);
        }
    }
}
