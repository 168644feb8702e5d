using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;

namespace GradientCI.Testing.Ingestion;

/// <summary>Keeps points in memory as the store's contract says, and nothing else.</summary>
public sealed class RecordingStore : ISeriesStore
{
    private readonly Dictionary<(TrialId Trial, string Metric), List<MetricPoint>> _series = [];
    private readonly Dictionary<AttemptId, long> _offsets = [];

    /// <summary>How many additions there were.</summary>
    public int Appends { get; private set; }

    public long Dropped { get; private set; }

    /// <summary>The longest chunk that was handed over.</summary>
    public int LongestChunk { get; private set; }

    /// <summary>Only this attempt number may add; 0 lets every one.</summary>
    public int NewestAttempt { get; set; }

    /// <summary>The next additions that throw before anything happens.</summary>
    public int Failures { get; set; }

    /// <summary>As if the process died in an addition: it throws, after everything or before.</summary>
    public int DeathsAfterAppend { get; set; }

    public Task<bool> AppendPointsAsync(
        AttemptId attempt, WorkerId worker, IReadOnlyList<SeriesChunk> chunks, long logOffset, long droppedPoints, CancellationToken cancellationToken)
    {
        if (Failures > 0)
        {
            Failures--;
            throw new GradientException(FailureKind.Environment, "The disk is full.");
        }

        if (NewestAttempt > 0 && attempt.Number != NewestAttempt)
        {
            return Task.FromResult(false);
        }

        foreach (var chunk in chunks)
        {
            chunk.Points.ShouldNotBeEmpty();
            LongestChunk = Math.Max(LongestChunk, chunk.Points.Count);
            if (!_series.TryGetValue((attempt.Trial, chunk.Metric), out var points))
            {
                _series[(attempt.Trial, chunk.Metric)] = points = [];
            }

            points.AddRange(chunk.Points);
        }

        Appends++;
        Dropped += droppedPoints;
        _offsets[attempt] = logOffset;
        if (DeathsAfterAppend > 0)
        {
            DeathsAfterAppend--;
            throw new InvalidOperationException("The process died.");
        }

        return Task.FromResult(true);
    }

    public Task<long> ReadLogOffsetAsync(AttemptId attempt, CancellationToken cancellationToken) => Task.FromResult(_offsets.GetValueOrDefault(attempt));

    public Task<ImmutableArray<(int Trial, string Metric, SeriesSummary Summary)>> ListSummariesAsync(RunId run, CancellationToken cancellationToken) =>
        Task.FromResult(_series.Where(pair => pair.Key.Trial.Run == run)
            .Select(pair => (pair.Key.Trial.Number, pair.Key.Metric, SeriesSummary.Of(pair.Value))).ToImmutableArray());

    public Task<ImmutableArray<(string Metric, SeriesSummary Summary)>> ListSummariesAsync(TrialId trial, CancellationToken cancellationToken) =>
        Task.FromResult(_series.Where(pair => pair.Key.Trial == trial).Select(pair => (pair.Key.Metric, SeriesSummary.Of(pair.Value))).ToImmutableArray());

    public Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, CancellationToken cancellationToken) =>
        Task.FromResult(_series.GetValueOrDefault((trial, metric), []).ToImmutableArray());

    public Task<ImmutableArray<MetricPoint>> ReadPointsAsync(TrialId trial, string metric, long after, CancellationToken cancellationToken) =>
        Task.FromResult(_series.GetValueOrDefault((trial, metric), []).Skip((int)after).ToImmutableArray());

    /// <summary>All points of a trial, one line each, the metrics by name: <c>loss 0=0.5 1=0.25</c>.</summary>
    public IReadOnlyList<string> Lines(TrialId trial) =>
        [.. _series.Where(pair => pair.Key.Trial == trial).OrderBy(pair => pair.Key.Metric, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key.Metric} {string.Join(' ', pair.Value.Select(point => $"{point.X:R}={point.Y:R}"))}")];
}
