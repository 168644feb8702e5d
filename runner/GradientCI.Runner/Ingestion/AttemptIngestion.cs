using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Stores;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Ingestion;

/// <summary>Brings the metrics of one attempt to the store: from its log, metric files, event files and our own measuring.</summary>
/// <remarks>
/// One caller at a time; <see cref="Latest"/> and <see cref="Notices"/> may be read from any thread. Nothing is held
/// open between calls, so there is nothing to dispose of. When the store throws, the points wait for the next call.
/// Memory is bounded whatever the attempt writes. A call works on the caller's thread as long as the store answers at once.
/// </remarks>
public sealed class AttemptIngestion
{
    private const int MostWaiting = 64_000;

    private readonly IngestionRequest _request;
    private readonly ISeriesStore _store;
    private readonly TimeProvider _time;
    private readonly SeriesTable _points;
    private readonly SeriesTable _usage = new();
    private readonly LogSource _log;
    private readonly WorkspaceFiles _workspace;
    private readonly MetricFiles _files;
    private readonly EventFiles _events;
    private readonly bool _hasFiles;
    private readonly HashSet<string> _problems = new(StringComparer.Ordinal);
    private DateTimeOffset _startedAt;
    private SourcePositions _positions = SourcePositions.None;
    private long _stored;
    private long _dropped;
    private bool _isSuperseded;

    private AttemptIngestion(IngestionRequest request, ISeriesStore store, TimeProvider time)
    {
        (_request, _store, _time) = (request, store, time);
        _startedAt = time.GetUtcNow();
        _points = new SeriesTable(request.Masker);
        _log = new LogSource(request.LogPath, request.Sources, _points);
        _workspace = new WorkspaceFiles(request.Workspace);
        _files = new MetricFiles(_workspace, request.Sources.Files, _points);
        _events = new EventFiles(_workspace, request.Sources.TensorBoard, _points);
        _hasFiles = !request.Sources.Files.IsEmpty || !request.Sources.TensorBoard.IsEmpty;
    }

    /// <summary>The last point of every series, as of the end of the last call.</summary>
    public IReadOnlyDictionary<string, MetricPoint> Latest { get; private set; } = new Dictionary<string, MetricPoint>(StringComparer.Ordinal);

    /// <summary>Sentences for people about what could not be taken, without control characters; paths in them are the trial's own words.</summary>
    public ImmutableArray<string> Notices { get; private set; } = [];

    /// <summary>Begins with an attempt whose process does not run yet: files that lie in the workspace now are not its results.</summary>
    /// <exception cref="GradientException">A pattern is not usable, or the store cannot be read.</exception>
    public static async Task<AttemptIngestion> StartAsync(
        IngestionRequest request, ISeriesStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var ingestion = new AttemptIngestion(request, store, time);
        if (request.Attempt.Number > 1)
        {
            await ingestion.RestoreSeriesAsync(cancellationToken);
        }

        await ingestion.NoteExistingFilesAsync(cancellationToken);
        return ingestion;
    }

    /// <summary>Goes on with an attempt that an earlier process began: no point is lost or taken twice.</summary>
    /// <exception cref="GradientException">A pattern is not usable, or the store cannot be read.</exception>
    public static async Task<AttemptIngestion> ResumeAsync(
        IngestionRequest request, ISeriesStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var ingestion = new AttemptIngestion(request, store, time);
        ingestion._log.Offset = await store.ReadLogOffsetAsync(request.Attempt, cancellationToken);
        await ingestion.RestoreSeriesAsync(cancellationToken);
        await ingestion.RestoreFilesAsync(cancellationToken);
        return ingestion;
    }

    /// <summary>Takes what is new, and what the attempt uses now.</summary>
    /// <param name="usage">Measured values by name; their x is the seconds since the ingestion began.</param>
    /// <param name="cancellationToken">Stops between blocks; what was read by then is kept.</param>
    /// <returns>Whether the attempt is still its trial's newest; after false nothing is read any more.</returns>
    /// <exception cref="GradientException">The log cannot be read, or the store cannot be written.</exception>
    public Task<bool> PumpAsync(IReadOnlyList<KeyValuePair<string, double>> usage, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        _usage.Now = now;
        foreach (var (name, value) in usage)
        {
            _usage.AddMeasured(name, (now - _startedAt).TotalSeconds, value);
        }

        return TakeAsync(isComplete: false, cancellationToken);
    }

    /// <summary>Takes the rest after the attempt has ended, a last line without an end included.</summary>
    /// <returns>Whether the attempt is still its trial's newest.</returns>
    /// <exception cref="GradientException">The log cannot be read, or the store cannot be written.</exception>
    public Task<bool> CompleteAsync(CancellationToken cancellationToken) => TakeAsync(isComplete: true, cancellationToken);

    private async Task<bool> TakeAsync(bool isComplete, CancellationToken cancellationToken)
    {
        // What the store refused the last time goes first, so that points cannot pile up.
        await FlushAsync(cancellationToken);
        await TakeLogAsync(isComplete, cancellationToken);
        if (_hasFiles)
        {
            await TakeFilesAsync(_files.Read, isComplete, cancellationToken);
            await TakeFilesAsync(_events.Read, isComplete, cancellationToken);
        }

        await FlushAsync(cancellationToken);
        Publish();
        return !_isSuperseded;
    }

    private async Task TakeLogAsync(bool isComplete, CancellationToken cancellationToken)
    {
        try
        {
            await DrainAsync(_log.Read(isComplete), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The log {_request.LogPath} cannot be read: {exception.Message}", "Check the disk and its permissions.", exception);
        }
    }

    private async Task TakeFilesAsync(Func<bool, IEnumerable<IEnumerable<long>>> read, bool isComplete, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var file in read(isComplete))
            {
                await DrainAsync(file, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"A file of the workspace cannot be read: {exception.Message}");
        }
    }

    private async Task DrainAsync(IEnumerable<long> blocks, CancellationToken cancellationToken)
    {
        _points.Now = _time.GetUtcNow();
        foreach (var _ in blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_isSuperseded)
            {
                return;
            }

            if (_points.Waiting >= MostWaiting)
            {
                await FlushAsync(cancellationToken);
            }

            _points.Now = _time.GetUtcNow();
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var waiting = _points.Waiting + _usage.Waiting;
        if (_isSuperseded || (waiting == 0 && _points.Dropped == 0))
        {
            return;
        }

        var positions = await RecordFilesAsync(_stored + waiting, cancellationToken);
        SeriesChunk[] chunks = [.. _points.Seal(), .. _usage.Seal()];
        _isSuperseded = !await _store.AppendPointsAsync(_request.Attempt, _request.Worker, chunks, _log.Offset, _points.Dropped, cancellationToken);
        (_stored, _positions, _dropped) = (_stored + waiting, positions, _dropped + _points.Dropped);
        _points.Confirm();
        _usage.Confirm();
    }

    private async Task<SourcePositions> RecordFilesAsync(long pointsAfter, CancellationToken cancellationToken)
    {
        var positions = _hasFiles ? new SourcePositions([.. _files.Positions], [.. _events.Positions]) : SourcePositions.None;
        if (_hasFiles)
        {
            await new SourceRecord(pointsAfter, _positions, positions).WriteAsync(_request.LogPath, cancellationToken);
        }

        return positions;
    }

    private async Task NoteExistingFilesAsync(CancellationToken cancellationToken)
    {
        if (_hasFiles)
        {
            _files.NoteExisting();
            _events.NoteExisting();
            _positions = new SourcePositions([.. _files.Positions], [.. _events.Positions]);
            await RecordFilesAsync(_stored, cancellationToken);
        }
    }

    private async Task RestoreSeriesAsync(CancellationToken cancellationToken)
    {
        foreach (var (metric, summary) in await _store.ListSummariesAsync(_request.Attempt.Trial, cancellationToken))
        {
            var isUsage = metric.StartsWith(MetricLimits.SystemPrefix, StringComparison.Ordinal);
            (isUsage ? _usage : _points).Restore(metric, summary);
            _stored += summary.Count;
            _startedAt = isUsage ? summary.Last.Time.AddSeconds(-summary.Last.X) : _startedAt;
        }

        Publish();
    }

    private async Task RestoreFilesAsync(CancellationToken cancellationToken)
    {
        if (!_hasFiles)
        {
            return;
        }

        if (await SourceRecord.ReadAsync(_request.LogPath, _stored, cancellationToken) is { } positions)
        {
            _positions = positions;
            _files.Restore(positions.Files);
            _events.Restore(positions.Events);
        }
        else
        {
            _problems.Add("How far the metric files had been read was lost: only what is written from now on is taken.");
            await NoteExistingFilesAsync(cancellationToken);
        }
    }

    private void Publish()
    {
        Latest = _points.Latest.Concat(_usage.Latest).ToDictionary(StringComparer.Ordinal);
        IEnumerable<string> notices =
        [
            .. _dropped == 0 ? (string[])[] : [$"{_dropped} points of series beyond the limit of {MetricLimits.SeriesPerTrial} were dropped."],
            .. new[] { _files.Notice, _workspace.Notice }.OfType<string>(),
            .. _events.Notices,
            .. _problems,
        ];
        Notices = [.. notices.Select(_request.Masker.Mask).Select(text => string.Concat(text.Select(character => char.IsControl(character) ? '\uFFFD' : character)))];
    }
}
