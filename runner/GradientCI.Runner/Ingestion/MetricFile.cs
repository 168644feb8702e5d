using Microsoft.Win32.SafeHandles;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Ingestion;

/// <summary>A table of metrics that a trial appends to, or writes anew with more rows each time.</summary>
internal sealed class MetricFile(WorkspaceFiles workspace, SourcePosition position, SeriesTable points)
{
    private const int TailLength = 64;

    private readonly IRowFormat _format = Path.GetExtension(position.Path).ToLowerInvariant() switch
    {
        ".csv" => new CsvTable((byte)','),
        ".tsv" => new CsvTable((byte)'\t'),
        _ => new JsonRows(),
    };

    private bool _knowsHeader;
    private long _row = position.Row;
    private long _taken = position.Taken;

    public SourcePosition Position { get; private set; } = position;

    /// <summary>Where a file stands that was there before the trial: its rows are an earlier trial's.</summary>
    public static SourcePosition Existing(WorkspaceFiles workspace, string path)
    {
        using var file = workspace.Open(path);
        return file is null ? new SourcePosition(path) : At(file, path, RandomAccess.GetLength(file));
    }

    /// <summary>Adds the points of new rows, pausing after every block.</summary>
    public IEnumerable<long> Read(bool isComplete)
    {
        using var file = workspace.Open(Position.Path);
        if (file is null)
        {
            yield break;
        }

        if (IsWrittenAnew(file))
        {
            Position = new SourcePosition(Position.Path);
            (_row, _knowsHeader) = (0, false);
        }

        if (_format.HasHeader && !_knowsHeader && Position.Offset > 0)
        {
            ReadKnownHeader(file);
        }

        using var reader = new LineReader(file, Position.Offset);
        while (reader.ReadBlock(Take))
        {
            Position = At(file, Position.Path, reader.Offset) with { Row = _row, Taken = _taken };
            yield return Position.Offset;
        }

        if (isComplete)
        {
            reader.ReadRest(Take);
            Position = At(file, Position.Path, reader.Offset) with { Row = _row, Taken = _taken };
        }
    }

    private static SourcePosition At(SafeFileHandle file, string path, long offset)
    {
        var tail = new byte[Math.Min(TailLength, offset)];
        var read = RandomAccess.Read(file, tail, offset - tail.Length);
        return new SourcePosition(path) { Offset = offset, Tail = tail[..read] };
    }

    private bool IsWrittenAnew(SafeFileHandle file)
    {
        Span<byte> tail = stackalloc byte[TailLength];
        tail = tail[..Position.Tail.Length];
        return RandomAccess.Read(file, tail, Position.Offset - tail.Length) < tail.Length || !tail.SequenceEqual(Position.Tail);
    }

    private void ReadKnownHeader(SafeFileHandle file)
    {
        using var reader = new LineReader(file, 0);
        while (!_knowsHeader && reader.ReadBlock((line, _) => TryTakeHeader(line)))
        {
        }
    }

    private bool TryTakeHeader(ReadOnlySpan<byte> line)
    {
        if (_knowsHeader || line.IsEmpty)
        {
            return false;
        }

        _format.ReadHeader(line);
        return _knowsHeader = true;
    }

    private void Take(ReadOnlySpan<byte> line, bool followsCarriageReturn)
    {
        if (line.IsEmpty || (_format.HasHeader && TryTakeHeader(line)))
        {
            return;
        }

        // Rows below were taken before the file was written anew.
        if (_row >= _taken)
        {
            _format.ReadRow(line, _row, points);
            _taken = _row + 1;
        }

        _row++;
    }
}
