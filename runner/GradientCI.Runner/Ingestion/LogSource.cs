using GradientCI.Specs;

namespace GradientCI.Runner.Ingestion;

/// <summary>The log of an attempt: JSON lines, and what the patterns find in the rest.</summary>
internal sealed class LogSource(string path, MetricSourcesSpec sources, SeriesTable points)
{
    private readonly MetricLineParser _parser = new();
    private readonly LinePatterns _patterns = new(sources.Patterns);

    /// <summary>Bytes that need not be read again.</summary>
    public long Offset { get; set; }

    /// <summary>Adds the points of what is new, pausing after every block.</summary>
    /// <param name="isComplete">Whether nobody writes any more, so that a last line without an end counts.</param>
    public IEnumerable<long> Read(bool isComplete)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new LineReader(file, Offset);
        while (reader.ReadBlock(Take))
        {
            yield return Offset = reader.Offset;
        }

        if (isComplete)
        {
            reader.ReadRest(Take);
            Offset = reader.Offset;
        }
    }

    private void Take(ReadOnlySpan<byte> line, bool followsCarriageReturn)
    {
        if (!TryTakePoints(line) && !(followsCarriageReturn && TryTakeBehindProgressBar(line)))
        {
            _patterns.Match(line, points);
        }
    }

    private bool TryTakePoints(ReadOnlySpan<byte> line) => _parser.TryParse(line) && points.Add(_parser.Points, _parser.X);

    // A bar on standard error starts with a carriage return and ends with nothing, so that the line that the
    // script prints next stands on the bar's line.
    private bool TryTakeBehindProgressBar(ReadOnlySpan<byte> line) =>
        line.IndexOf("{\""u8) is var start and > 0 && TryTakePoints(line[start..]);
}
